import { ValidateNested } from 'class-validator';
import type { Duration } from '../core/duration.js';
import { Check, pathTo, problem, type OptionCheck, type OptionSite } from './option-check.js';
import { describeValue } from './describe-value.js';
import { isGroup } from './simple-checks.js';
import { durationOf, isDuration, LONGEST_SESSION } from './unit-checks.js';

/** Shortest timeout; nothing but tests wants one that short. */
const SHORTEST = '100ms';

const isIdleTimeout: OptionCheck<EndOptions> = (value, site) => {
  const problems = isDuration(SHORTEST, LONGEST_SESSION)(value, site);
  return problems.length > 0 ? problems : exceedsAbsolute(value, site);
};

/** When sessions of visitors who have not logged in end. */
export class AnonymousTimeoutsOptions {
  /** Ends after this time without a request. Milliseconds or '30m'; default 30 minutes, from 100 ms to `absolute`. */
  @Check(isIdleTimeout) idle: Duration = '30m';

  /** Ends this long after its start, whatever happens. Milliseconds or '24h'; default 24 hours, up to 400 days. */
  @Check(isDuration(SHORTEST, LONGEST_SESSION)) absolute: Duration = '24h';
}

/** When sessions end. Redis' clock decides, never the cookie's age. */
export class TimeoutsOptions {
  /** Ends after this time without a request. Milliseconds or '30m'; default 30 minutes, from 100 ms to `absolute`. */
  @Check(isIdleTimeout) idle: Duration = '30m';

  /**
   * Ends this long after login, however busy. Milliseconds or '12h'; default 12 hours, up to 400 days
   * (NIST SP 800-63B: 12 hours at AAL3, 24 hours at AAL2, 30 days at AAL1).
   */
  @Check(isDuration(SHORTEST, LONGEST_SESSION)) absolute: Duration = '12h';

  /**
   * Replaces the token of each session, logged in or not, once it is older than this: one of many parallel requests does it, and
   * the others go on (docs/rotation.md). Milliseconds or '15m'; default never, from 100 ms to 400 days. No end is moved by it.
   */
  @Check(isDuration(SHORTEST, LONGEST_SESSION)) rotate?: Duration;

  /** The same for visitors who have not logged in; default `{ idle: '30m', absolute: '24h' }`. */
  @Check(isGroup)
  @ValidateNested()
  anonymous: Partial<AnonymousTimeoutsOptions> = new AnonymousTimeoutsOptions();
}

const isRememberedIdle: OptionCheck<EndOptions> = (value, site) => {
  const problems = isIdleTimeout(value, site);
  const { timeouts } = site.root as { timeouts?: { idle?: unknown } };
  const [idle, ordinary] = [durationOf(value), durationOf(timeouts?.idle)];
  if (problems.length > 0 || idle === undefined || ordinary === undefined) return problems;
  if (idle > ordinary) return [];
  const expected = `it must be above timeouts.idle, which is ${describeValue(timeouts?.idle)}`;
  return [problem(site.path, value, expected, `Raise ${site.path} or lower timeouts.idle.`)];
};

/** When sessions end that began with `login(userId, { remember: true })`. */
export class RememberOptions {
  /** Ends after this time without a request. Milliseconds or '14d'; default 14 days, above `timeouts.idle`, up to `absolute`. */
  @Check(isRememberedIdle) idle: Duration = '14d';

  /** Ends this long after login, however busy. Milliseconds or '30d'; default 30 days, up to 400 days (NIST SP 800-63B: 30 days at AAL1). */
  @Check(isDuration(SHORTEST, LONGEST_SESSION)) absolute: Duration = '30d';
}

type EndOptions = Pick<TimeoutsOptions, 'idle' | 'absolute'>;

function exceedsAbsolute(value: unknown, { path, owner }: OptionSite<EndOptions>): string[] {
  const idle = durationOf(value);
  const absolute = durationOf(owner.absolute);
  if (idle === undefined || absolute === undefined || idle <= absolute) return [];
  const end = pathTo(path.slice(0, path.lastIndexOf('.')), 'absolute');
  const expected = `it must not be above ${end}, which is ${describeValue(owner.absolute)}`;
  return [problem(path, value, expected, `Lower ${path} or raise ${end}.`)];
}
