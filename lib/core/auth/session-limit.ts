/** How many sessions a user may have: a number, or a function of who logs in. Infinity: any number. */
export type SessionLimitCount =
  number | ((userId: string, roles: readonly string[]) => number | Promise<number>);

/** What a login does that would be one too many. */
export type AtSessionLimit = 'evict-oldest' | 'evict-idle' | 'reject';

/** The limit on a user's sessions. */
export interface SessionLimit {
  readonly most: SessionLimitCount;
  readonly atLimit: AtSessionLimit;
}
