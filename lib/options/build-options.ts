import { SessionModuleOptions } from '../session.options.js';
import { CookieOptions } from './cookie.options.js';
import { CsrfOptions } from './csrf.options.js';
import { LimitsOptions } from './limits.options.js';
import { LocalCopyOptions } from './local-copy.options.js';
import { pathTo, placeOptions, type OptionContext } from './option-check.js';
import { isIoredisClient } from './redis-client-check.js';
import { RedisOptionsRules } from './redis.options.js';
import { isPlainObject } from './simple-checks.js';
import { AnonymousTimeoutsOptions, RememberOptions, TimeoutsOptions } from './timeouts.options.js';
import { unknownOption } from './unknown-option.js';

/** The classes of options inside options, by path. */
const GROUPS: ReadonlyMap<string, new () => object> = new Map<string, new () => object>([
  ['redis', RedisOptionsRules],
  ['cookie', CookieOptions],
  ['timeouts', TimeoutsOptions],
  ['timeouts.anonymous', AnonymousTimeoutsOptions],
  ['remember', RememberOptions],
  ['limits', LimitsOptions],
  ['csrf', CsrfOptions],
  ['localCopy', LocalCopyOptions],
]);

/** All options with nothing left out; true to its types once they have been checked. */
export interface BuiltOptions extends SessionModuleOptions {
  cookie: CookieOptions;
  timeouts: TimeoutsOptions & { anonymous: AnonymousTimeoutsOptions };
  remember?: RememberOptions;
  limits: LimitsOptions;
  csrf: boolean | CsrfOptions;
  localCopy: boolean | LocalCopyOptions;
}

/** The options as they are to be checked, and the names among those given that no option has. */
export interface Build {
  readonly options: BuiltOptions;
  /** One sentence each. */
  readonly unknown: readonly string[];
}

/** What was given, over the defaults, as instances of the classes that check it. Nothing is checked yet. */
export function buildOptions(given: object, production: boolean): Build {
  const options = new SessionModuleOptions();
  const unknown = fill(options, given, { path: '', root: options, production });
  return { options: options as BuiltOptions, unknown };
}

/**
 * Copies known options only: class-validator's own whitelist lets names pass that every object has, and one of them,
 * `constructor`, would hide the checks. Groups not given are filled from their default, which gets its place by that.
 */
function fill(options: object, given: object, context: OptionContext): string[] {
  placeOptions(options, context);
  const names = Object.keys(options);
  const settled = options as Record<string, unknown>;
  return Object.entries({ ...options, ...given }).flatMap(([name, givenValue]) => {
    if (!names.includes(name)) return [unknownOption(context.path, name, givenValue, names)];
    const value = givenValue === undefined ? settled[name] : givenValue;
    const path = pathTo(context.path, name);
    const group = GROUPS.get(path);
    // What is no object of options stays as it is, for the check of its place to refuse.
    const isFilled = group !== undefined && isPlainObject(value) && !isIoredisClient(value);
    const part = isFilled ? new group() : value;
    settled[name] = part;
    return isFilled ? fill(part as object, value, { ...context, path }) : [];
  });
}
