/** What names a session in the index of ends. */
export interface IndexedSession {
  readonly home: string;
  readonly selector: string;
}

/** When a session ends if nobody uses it, in ms from now: the shorter of both. */
export interface IndexedLife {
  readonly idle: number;
  readonly absolute: number;
}

/** What is kept of a user's session for the event of its end. */
export interface IndexedOwner {
  readonly userId: string;
  /** Length of its idle time, ms. */
  readonly idle: number;
}

/** Sessions whose end has come, as far as the index knows. They are the caller's until the lease is over. */
export interface DueSessions {
  readonly sessions: readonly (IndexedSession & {
    /** The end that was noted, ms since 1970; undefined where another process had taken it before and did not come back. */
    readonly end: number | undefined;
  })[];
  /** Ms until the next one's end comes; undefined where there is none. */
  readonly nextIn: number | undefined;
}

/**
 * Sessions by when they end, in buckets: so that ends are noticed without a scan, also those that came while no app ran. It knows
 * sessions, not what becomes of them: an entry may be of one that was prolonged since, or has ended otherwise.
 */
export abstract class ExpiryIndex {
  /** Number of buckets; a home's sessions are in the same one. */
  abstract readonly buckets: number;

  /** Hears of each entry that this process adds: its bucket, and ms until its end. */
  onAdded: ((bucket: number, endsIn: number) => void) | undefined;

  /** Adds a session in the turn of its creation. Not waited for, and does not fail: tries on for 30 s. */
  abstract add(session: IndexedSession, life: IndexedLife, userId: string | undefined): void;

  /** Drops sessions that have ended otherwise. Not waited for, as `add`. */
  abstract drop(home: string, selectors: readonly string[]): void;

  /** Takes up to `most` sessions whose end has come: for the length of the lease nobody else is given them. */
  abstract take(
    bucket: number,
    most: number,
    leaseMs: number,
    deadline: number,
  ): Promise<DueSessions>;

  /** Owners of those of a bucket's sessions that are users'; by selector. */
  abstract ownersOf(
    bucket: number,
    sessions: readonly IndexedSession[],
    deadline: number,
  ): Promise<ReadonlyMap<string, IndexedOwner>>;

  /** Puts off sessions that live to their new end, ms since 1970, if they are still in the bucket. */
  abstract putOff(
    bucket: number,
    ends: readonly (readonly [session: IndexedSession, end: number])[],
    deadline: number,
  ): Promise<void>;

  /** Drops sessions of a bucket. */
  abstract remove(
    bucket: number,
    sessions: readonly IndexedSession[],
    deadline: number,
  ): Promise<void>;
}
