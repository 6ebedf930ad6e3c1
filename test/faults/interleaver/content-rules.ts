import { intentOf, type Deed } from './history.js';
import { isBefore, isDone, isUnknown, replacesSecret, type Life } from './lives.js';
import type { History } from './rules.js';

type Data = Readonly<Record<string, unknown>>;

/** What is wrong with the data of the sessions that live: lost, doubled, or of a call that was refused. */
export function contentOf(history: History, lives: readonly Life[]): string[] {
  const wrong = lives.flatMap((life) => {
    const data = dataOf(history, life);
    if (!data) return [];
    const who = life.born ? `the session of ${life.born.actor}'s ${life.born.intent.does}` : 'it';
    return contentOfLife(history, lives[0]!, life, data).map((line) => `${who}: ${line}`);
  });
  const seen = history.deeds.flatMap((deed) => contentSeen(history, deed));
  return [...wrong, ...seen, ...taken(history, lives[0]!)];
}

/** The data of a session that lives; undefined for others. */
function dataOf({ outlook }: History, life: Life): Data | undefined {
  const sights = life.tokens.map((token) => outlook.sights.get(token)!);
  return sights.find(({ handle }) => handle === life.handle)?.data;
}

function contentOfLife(history: History, first: Life, life: Life, data: Data): string[] {
  const { deeds, origin } = history;
  const keep = keptBy(life);
  if (keep?.length === 0) return [];
  const own = deeds.filter((deed) => deed.handle === life.handle);
  const before = deeds.filter((deed) => deed.handle === origin.handle);
  const writers = life.born ? [...before, ...own] : own;
  const unsure = deeds.filter((deed) => isUnknown(deed) || mayBeTakenOver(deed, life));
  const wrong = deeds.flatMap((deed) => {
    const set = intentOf(deed, 'set');
    const wasRefused = deed.outcome === 'refused' && !unsure.includes(deed);
    return set && wasRefused && data[set.field] === set.value
      ? [`it holds ${set.value}, which was refused`]
      : [];
  });
  if (life.born && !isExact(history, first, life)) return wrong;
  const start = (field: string): unknown =>
    !keep || keep.includes(field) ? origin.data[field] : undefined;
  const fields = new Set([...Object.keys(origin.data), ...fieldsOf(deeds)]);
  for (const field of fields) {
    if (field === 'cart' || field === 'n') continue;
    const allowed = allowedIn(field, start(field), writers, unsure);
    if (!allowed.includes(data[field])) wrong.push(`${field} is ${JSON.stringify(data[field])}`);
  }
  wrong.push(...cart(data, start('cart'), writers, unsure, deeds));
  wrong.push(...sum(data, start('n'), writers, unsure));
  return wrong;
}

/**
 * A write that comes between a login's or logout's two steps is told that the session has ended, and is in what the session after
 * it takes over: SessionEndedError says so.
 */
function mayBeTakenOver({ outcome, begin }: Deed, { born }: Life): boolean {
  return outcome === 'refused' && born !== undefined && begin < born.end;
}

/** The fields that a session took over; undefined for the first, which has all. */
function keptBy({ born }: Life): readonly string[] | undefined {
  if (!born) return undefined;
  const { intent } = born;
  return intent.does === 'login' || intent.does === 'leave' ? intent.keep : [];
}

/** Whether a session must hold all that was stored in the first: only what took it over ended that. */
function isExact({ hasExpired }: History, first: Life, life: Life): boolean {
  const kinds = new Set(first.killers.map(({ intent }) => intent.does));
  return !hasExpired && !first.mayBeDead && kinds.size === 1 && kinds.has(life.born!.intent.does);
}

function fieldsOf(deeds: readonly Deed[]): string[] {
  return deeds.flatMap((deed) => intentOf(deed, 'set')?.field ?? []);
}

/** The values that a field may have: of the calls that no other followed. */
function allowedIn(
  field: string,
  start: unknown,
  writers: readonly Deed[],
  unsure: readonly Deed[],
): unknown[] {
  const valueOf = (deed: Deed): string | undefined => {
    const set = intentOf(deed, 'set');
    return set?.field === field ? set.value : undefined;
  };
  const done = writers.filter((deed) => isDone(deed) && valueOf(deed) !== undefined);
  const last = done.filter((deed) => !done.some((other) => isBefore(deed, other)));
  const maybe = unsure.flatMap((deed) => valueOf(deed) ?? []);
  return [...(done.length === 0 ? [start] : []), ...last.map(valueOf), ...maybe];
}

/** Every item once. */
function cart(
  data: Data,
  start: unknown,
  writers: readonly Deed[],
  unsure: readonly Deed[],
  deeds: readonly Deed[],
): string[] {
  const found = (data['cart'] ?? []) as string[];
  const items = (from: readonly Deed[]): string[] =>
    from.flatMap((deed) => intentOf(deed, 'push')?.item ?? []);
  const must = [...((start ?? []) as string[]), ...items(writers.filter(isDone))];
  const may = items(unsure);
  const all = items(deeds);
  const wrong = must.filter((item) => !found.includes(item)).map((item) => `${item} is lost`);
  const twice = found.filter((item, at) => found.indexOf(item) !== at);
  const alien = found.filter((item) => !must.includes(item) && !may.includes(item));
  return [
    ...wrong,
    ...twice.map((item) => `${item} is there twice`),
    ...alien.map((item) => `${item} is there${all.includes(item) ? ', and was refused' : ''}`),
  ];
}

/** Increments add up. */
function sum(
  data: Data,
  start: unknown,
  writers: readonly Deed[],
  unsure: readonly Deed[],
): string[] {
  const by = (from: readonly Deed[]): number =>
    from.reduce((total, deed) => total + (intentOf(deed, 'add')?.by ?? 0), 0);
  const least = Number(start ?? 0) + by(writers.filter(isDone));
  const n = Number(data['n'] ?? 0);
  return n >= least && n <= least + by(unsure) ? [] : [`n is ${n}, not ${least}`];
}

/** Who begins after a write was answered sees it, and nobody sees what was refused. */
function contentSeen({ origin, deeds }: History, deed: Deed): string[] {
  if (deed.intent.does !== 'open' || deed.handle !== origin.handle || !deed.sight) return [];
  const { data } = deed.sight;
  const seen = `${deed.actor} saw`;
  return deeds.flatMap((other) => {
    const set = intentOf(other, 'set');
    if (!set || other.handle !== origin.handle) return [];
    const rivals = deeds.filter((d) => d !== other && intentOf(d, 'set')?.field === set.field);
    if (isDone(other) && isBefore(other, deed) && rivals.length === 0)
      return data[set.field] === set.value ? [] : [`${seen} no ${set.value}`];
    return other.outcome === 'refused' && data[set.field] === set.value
      ? [`${seen} ${set.value}, which was refused`]
      : [];
  });
}

/** Of any number exactly one takes it. */
function taken({ origin, deeds, outlook, hasFaults }: History, first: Life): string[] {
  const asked = deeds.filter((deed) => intentOf(deed, 'take') && deed.handle === origin.handle);
  if (asked.length === 0) return [];
  const got = asked.filter((deed) => deed.taken !== undefined);
  if (got.length > 1) return [`${got.map(({ actor }) => actor).join(' and ')} took the same`];
  if (got.some(({ taken: value }) => value !== origin.once)) return ['something else was taken'];
  const lives = first.killers.length === 0 && !first.mayBeDead && first.good.length > 0;
  const wrong: string[] = [];
  const couldAll = asked.every(isDone) && !deeds.some(replacesSecret);
  if (lives && couldAll && got.length === 0 && !hasFaults) wrong.push('nobody took it');
  if (outlook.lastOnce && outlook.lastOnce.taken !== undefined && got.length > 0)
    wrong.push('it could be taken twice');
  return wrong;
}
