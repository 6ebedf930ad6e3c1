/**
 * The store's own fields of a session hash. User code can't write names that start with `@`.
 *
 * - `@s` SHA-256 of the token's secret, base64url
 * - `@m` "created absoluteEnd idle": milliseconds, the first two since 1970 by Redis' clock
 * - `@t` when the idle time last began anew, milliseconds since 1970
 * - `@p` "digest made used": the secret before (`-` where it has no grace), when `@s` was made, when it was first used (0: not yet)
 * - `@k` "away returned": of a remembered session, the time after which a use counts as a return, and the newest one (0: none)
 * - `@v` version: no other state of the session has the same
 * - `@o` ids of recent writes, 27 characters each: id (11), attempt (3), remembered until (13)
 * - `@z` bytes of all other fields' names and texts
 * - `@x` in place of all others: why the session ended, for 60 s
 * - `@d` beside it where another session took its place: its `@s`, and `@=name` the texts that were handed over
 */
export const STORE_FIELDS: ReadonlySet<string> = new Set([
  '@s',
  '@m',
  '@p',
  '@k',
  '@t',
  '@v',
  '@o',
  '@z',
  '@x',
  '@d',
]);
