import { intentOf, type Deed, type Sight } from './history.js';
import { contentOf } from './content-rules.js';
import {
  endsFirst,
  isBefore,
  isDone,
  isUnknown,
  livesOf,
  replacesSecret,
  type Life,
  type Origin,
} from './lives.js';

/** What is to be seen when all is over. */
export interface Outlook {
  /** What each token that anybody holds opens, on some server. */
  readonly sights: ReadonlyMap<string, Sight>;
  /** The list of devices of each user. */
  readonly listed: ReadonlyMap<string, readonly string[]>;
  /** What a last `takeOnce` gave; undefined where nobody asked. */
  readonly lastOnce: { readonly taken: unknown } | undefined;
}

export interface History {
  readonly origin: Origin;
  readonly deeds: readonly Deed[];
  readonly outlook: Outlook;
  /** Whether the first session was made to expire. */
  readonly hasExpired: boolean;
  /** Whether replies were lost: calls may then not know what they did. */
  readonly hasFaults: boolean;
}

/** What a history breaks of what is promised, one line each. */
export function judge(history: History): string[] {
  const { origin, deeds, hasExpired } = history;
  const lives = livesOf(origin, deeds, hasExpired);
  return [
    ...outcomes(history),
    ...lives.flatMap((life) => endOf(history, life)),
    ...deeds.flatMap((deed) => callOf(history, deed)),
    ...bearers(history),
    ...lists(history, lives),
    ...contentOf(history, lives),
  ];
}

/** Nobody is refused without a reason, and nobody is left in doubt without a fault. */
function outcomes({ origin, deeds, hasExpired, hasFaults }: History): string[] {
  return deeds.flatMap((deed) => {
    const what = `${nameOf(deed)} failed with ${deed.error}`;
    if (isUnknown(deed) && !hasFaults) return [what];
    if (deed.outcome !== 'refused' || hasExpired) return [];
    const others = deeds.filter((other) => other !== deed && other.begin < deed.end);
    const reasons = others.filter(
      (other) =>
        endsFirst(origin, other) || replacesSecret(other) || other.intent.does === 'disable',
    );
    return reasons.length > 0 ? [] : [`${what}, and nothing had ended the session`];
  });
}

/** The dead stay dead, and nothing else is dead; by the right tokens, and as the right user. */
function endOf({ outlook, hasExpired }: History, life: Life): string[] {
  const who = life.born ? `the session of ${nameOf(life.born)}` : 'the first session';
  const isDead = life.killers.length > 0 || (hasExpired && !life.born);
  const wrong: string[] = [];
  for (const token of life.tokens) {
    const sight = outlook.sights.get(token)!;
    const isServed = sight.handle !== undefined;
    if (isServed && isDead) wrong.push(`${who} is served after its end`);
    if (isServed && !life.maybe.includes(token)) wrong.push(`${who} is served by an old token`);
    if (!isServed && !isDead && !life.mayBeDead && life.good.includes(token))
      wrong.push(`${who} is gone, and nothing ended it`);
    if (isServed && (sight.handle !== life.handle || sight.user !== life.owner))
      wrong.push(`${who} is served as another's`);
  }
  return wrong;
}

/** What one call may have been told, by what had been answered before it began. */
function callOf(history: History, deed: Deed): string[] {
  const { origin, deeds, hasExpired } = history;
  const others = deeds.filter((other) => other !== deed);
  const ended = others.some((d) => isDone(d) && endsFirst(origin, d) && isBefore(d, deed));
  const replaced = others.some((d) => isDone(d) && replacesSecret(d) && isBefore(d, deed));
  const { does } = deed.intent;
  if (does === 'open') {
    if (!isDone(deed)) return [];
    const isServed = deed.handle === origin.handle;
    if (isServed && ended) return [`${nameOf(deed)} was served a session that had ended`];
    if (isServed && replaced) return [`${nameOf(deed)} was served by a secret that was replaced`];
    if (isServed && deed.sight!.user !== origin.owner)
      return [`${nameOf(deed)} was served as another user`];
    const mayBeEnded = others.some(
      (d) => d.begin < deed.end && (endsFirst(origin, d) || replacesSecret(d)),
    );
    if (!isServed && !mayBeEnded && !hasExpired) return [`${nameOf(deed)} found no session`];
    return rolesSeen(history, deed);
  }
  const writes = does === 'set' || does === 'push' || does === 'add' || does === 'secret';
  if (writes && isDone(deed) && deed.handle === origin.handle) {
    if (ended) return [`${nameOf(deed)} succeeded on a session that had ended`];
    if (replaced) return [`${nameOf(deed)} succeeded by a secret that was replaced`];
  }
  if (does === 'take' && deed.taken !== undefined && (ended || replaced))
    return [`${nameOf(deed)} took from a session that had ended`];
  const disabled = others.some((d) => intentOf(d, 'disable') && isDone(d) && isBefore(d, deed));
  if (does === 'login' && isDone(deed) && disabled)
    return [`${nameOf(deed)} logged a disabled user in`];
  return [];
}

/** Who begins after a change of roles was answered sees the new ones. */
function rolesSeen({ origin, deeds }: History, { sight, begin, ...deed }: Deed): string[] {
  const given = deeds.filter((other) => intentOf(other, 'roles') && other.applied !== false);
  const [only] = given;
  if (given.length !== 1 || !only || sight!.user === undefined) return [];
  const { roles } = intentOf(only, 'roles')!;
  const isNew = String(sight!.roles) === String(roles);
  const isOld = String(sight!.roles) === String(origin.roles);
  if (isNew || (isOld && !(isDone(only) && isBefore(only, { begin })))) return [];
  return [`${deed.actor} saw the roles ${String(sight!.roles)}`];
}

/** Of those that ask for a new secret with one token exactly one gets it, while the session lives. */
function bearers({ origin, deeds, hasExpired, hasFaults }: History): string[] {
  const asked = deeds.filter(replacesSecret);
  const got = asked.filter(isDone);
  if (got.length > 1) return [`${got.map(nameOf).join(' and ')} both got a new secret`];
  const mayEnd = hasExpired || hasFaults || deeds.some((deed) => endsFirst(origin, deed));
  return asked.length > 0 && got.length === 0 && !mayEnd ? ['nobody got a new secret'] : [];
}

/** The record lists exactly the live logins. */
function lists(
  { origin, deeds, outlook, hasExpired, hasFaults }: History,
  lives: Life[],
): string[] {
  const wrong: string[] = [];
  for (const [user, handles] of outlook.listed) {
    const own = lives.filter(({ owner }) => owner === user);
    const alive = own.filter(
      ({ killers, mayBeDead, born }) =>
        killers.length === 0 && !mayBeDead && !(hasExpired && !born),
    );
    for (const { handle } of alive)
      if (!handles.includes(handle)) wrong.push(`a live login of ${user} is not listed`);
    const known = new Map(own.map((life) => [life.handle, life]));
    const isUnsure = hasFaults && deeds.some((deed) => isUnknown(deed) && intentOf(deed, 'login'));
    for (const handle of handles) {
      const life = known.get(handle);
      if (!life && !isUnsure) wrong.push(`a login of ${user} is listed that nobody holds`);
      const isDead = life && (life.killers.length > 0 || (hasExpired && !life.born));
      if (isDead) wrong.push(`a dead login of ${user} is listed`);
    }
  }
  const revokes = deeds.filter((deed) => intentOf(deed, 'revoke') && isDone(deed));
  for (const { born, owner, handle } of lives) {
    if (!born || owner === undefined || owner !== origin.owner) continue;
    const missed = revokes.some((d) => isBefore(born, d) && !d.ended!.includes(handle));
    const isDead = lives.some((life) => life.handle === handle && life.killers.length > 0);
    if (missed && !isDead)
      wrong.push(`${nameOf(born)} was answered before revokeAll and not ended`);
  }
  return wrong;
}

function nameOf({ actor, intent }: Deed): string {
  return `${actor}'s ${intent.does}`;
}
