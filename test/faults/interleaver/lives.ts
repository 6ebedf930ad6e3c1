import { intentOf, type Deed } from './history.js';

/** One session from its beginning to its end, as the histories' callers know of it. */
export interface Life {
  readonly handle: string;
  /** Undefined for a visitor's. */
  readonly owner: string | undefined;
  /** The call that began it; undefined for the session that was there before. */
  readonly born: Deed | undefined;
  /** Tokens that were given out for it. */
  readonly tokens: readonly string[];
  /** Those of them that must open it while it lives. */
  readonly good: readonly string[];
  /** Those that may. */
  readonly maybe: readonly string[];
  /** Calls that ended it. */
  readonly killers: readonly Deed[];
  /** Whether a call whose outcome nobody knows, or time, may have ended it. */
  readonly mayBeDead: boolean;
}

/** What was there when the actors began. */
export interface Origin {
  readonly handle: string;
  readonly token: string;
  readonly owner: string | undefined;
  /** The user that logins of the history are of. */
  readonly user: string;
  readonly roles: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
  readonly once: unknown;
}

/** All sessions of a history. @param hasExpired whether the first was made to expire */
export function livesOf(origin: Origin, deeds: readonly Deed[], hasExpired: boolean): Life[] {
  const first = firstLife(origin, deeds, hasExpired);
  const others = deeds.flatMap((deed) => bornOf(origin, deeds, deed));
  return [first, ...others];
}

/** Whether the call, if it did what it was to do, ends the session that all requests began with. */
export function endsFirst(origin: Origin, deed: Deed): boolean {
  const { intent } = deed;
  switch (intent.does) {
    case 'leave':
      return true;
    case 'login':
      return intent.from || (deed.ended ?? []).includes(origin.handle);
    case 'revoke':
    case 'disable':
      return origin.owner === intent.user;
    default:
      return false;
  }
}

/** Whether the call, if it did what it was to do, replaces the first session's secret without grace. */
export function replacesSecret({ intent, outcome, token }: Deed): boolean {
  // Of a session that has expired there is no secret to replace.
  return intent.does === 'secret' && (outcome !== 'done' || token !== undefined);
}

function firstLife(origin: Origin, deeds: readonly Deed[], hasExpired: boolean): Life {
  const { handle, token, owner } = origin;
  const ends = deeds.filter((deed) => endsFirst(origin, deed));
  const secrets = deeds.filter(replacesSecret);
  const done = secrets.filter(isDone);
  const renewed = deeds.flatMap((deed) =>
    intentOf(deed, 'renew') && deed.token ? [deed.token] : [],
  );
  const replaced = done.map((deed) => deed.token!);
  const isUnsure = secrets.some(isUnknown);
  const newest = done.length > 0 ? replaced : [token, ...renewed];
  // By the secret of before, a visitor's session is not ended: nothing but its secret says whose it is.
  const isBeside = (deed: Deed): boolean =>
    owner === undefined && done.length > 0 && intentOf(deed, 'login') !== undefined;
  return {
    handle,
    owner,
    born: undefined,
    tokens: [token, ...renewed, ...replaced],
    good: isUnsure ? [] : newest,
    maybe: newest,
    killers: ends.filter((deed) => isDone(deed) && !isBeside(deed)),
    mayBeDead: hasExpired || ends.some((deed) => isUnknown(deed) || isBeside(deed)),
  };
}

/** The session that a call began. */
function bornOf(origin: Origin, deeds: readonly Deed[], deed: Deed): Life[] {
  const { handle, token, intent } = deed;
  if (!isDone(deed) || !handle || !token || handle === origin.handle) return [];
  const owner = intent.does === 'login' ? intent.user : undefined;
  const killers = deeds.filter((other) => isDone(other) && endsBorn(other, handle, owner));
  const unsure = deeds.some(
    (other) =>
      isUnknown(other) &&
      owner !== undefined &&
      (intentOf(other, 'revoke') ?? intentOf(other, 'disable') ?? intentOf(other, 'login'))
        ?.user === owner,
  );
  const tokens = [token];
  return [
    { handle, owner, born: deed, tokens, good: tokens, maybe: tokens, killers, mayBeDead: unsure },
  ];
}

function endsBorn(deed: Deed, handle: string, owner: string | undefined): boolean {
  if ((deed.ended ?? []).includes(handle)) return true;
  return owner !== undefined && intentOf(deed, 'disable')?.user === owner;
}

export function isDone({ outcome }: Deed): boolean {
  return outcome === 'done';
}

export function isUnknown({ outcome }: Deed): boolean {
  return outcome === 'unknown';
}

/** Whether the one was answered before the other began. */
export function isBefore(one: Deed, other: { readonly begin: number }): boolean {
  return one.end < other.begin;
}
