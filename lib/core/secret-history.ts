/** How long a replaced secret is good once the one in its place was first used: time for requests that are under way (ms). */
export const GRACE_MS = 10_000;

/** A session's secrets, as digests; times in milliseconds since 1970 by the store's clock. */
export interface SecretHistory {
  readonly newest: string;
  /** The secret before, where it has a grace. */
  readonly previous: string | undefined;
  /** When the newest was made. */
  readonly madeAt: number;
  /** When it was first used; 0: not yet. */
  readonly usedAt: number;
}

/** What a token's secret is worth: `replayed` is a replaced one that comes later than any straggler would. */
export type SecretWorth = 'newest' | 'grace' | 'replaced' | 'replayed';

/** Judges a secret that a token with a valid tag brought: so it is, or once was, the session's. */
export function worthOf(digest: string, history: SecretHistory, now: number): SecretWorth {
  const { newest, previous, madeAt, usedAt } = history;
  if (digest === newest) return 'newest';
  const inUse = usedAt > 0 && now >= usedAt + GRACE_MS;
  if (digest === previous) {
    return inUse ? 'replayed' : 'grace';
  }
  // Older than the previous one: when the newest was made, the previous one was in use.
  const pastAll = previous !== undefined && now >= madeAt + GRACE_MS;
  return inUse || pastAll ? 'replayed' : 'replaced';
}
