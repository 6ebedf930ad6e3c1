import type { AtSessionLimit, SessionLimitCount } from '../core/auth/session-limit.js';
import { problem, type OptionCheck } from './option-check.js';
import { isOneOf, isPlainObject, isWholeNumber } from './simple-checks.js';

/** How many sessions a user may have: a number, 'unlimited', or a function of user and roles. */
export type SessionLimitCountOption = SessionLimitCount | 'unlimited';

/** The same with what happens at the limit. */
export interface SessionLimitOptions {
  /** A number from 1 to 100,000, 'unlimited', or a function of the user's id and roles; default 50. */
  readonly limit?: SessionLimitCountOption;
  /** 'evict-oldest' ends the session that began first, 'evict-idle' the one unused for longest, 'reject' refuses the login; default 'evict-oldest'. */
  readonly atLimit?: AtSessionLimit;
}

/** `maxSessionsPerUser` as given. */
export type SessionLimitOption = SessionLimitCountOption | SessionLimitOptions;

const WAYS: readonly AtSessionLimit[] = ['evict-oldest', 'evict-idle', 'reject'];

/** `maxSessionsPerUser`: a count, or a count and what to do at it. */
export const isSessionLimit: OptionCheck = (value, site) => {
  if (!isPlainObject(value)) return countProblems(value, site.path);
  const { limit = 1, atLimit = 'reject', ...others } = value;
  const unknown = Object.keys(others).map((name) =>
    problem(
      `${site.path}.${name}`,
      others[name],
      'no such option is known',
      "Give 'limit' and 'atLimit'.",
    ),
  );
  return [
    ...unknown,
    ...countProblems(limit, `${site.path}.limit`),
    ...isOneOf(WAYS)(atLimit, { ...site, path: `${site.path}.atLimit` }),
  ];
};

function countProblems(value: unknown, path: string): string[] {
  if (value === 'unlimited' || typeof value === 'function') return [];
  const site = { path, owner: {}, root: {}, production: false };
  if (isWholeNumber(1, 100_000)(value, site).length === 0) return [];
  const expected = "it must be a whole number from 1 to 100000, 'unlimited' or a function";
  return [problem(path, value, expected, 'Write maxSessionsPerUser: 50.')];
}
