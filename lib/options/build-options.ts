import { SessionModuleOptions } from '../session.options.js';
import { CookieOptions } from './cookie.options.js';
import { LimitsOptions } from './limits.options.js';
import { pathTo, placeOptions, type OptionContext } from './option-check.js';
import { isIoredisClient } from './redis-client-check.js';
import { RedisOptionsRules } from './redis.options.js';
import { isPlainObject } from './simple-checks.js';
import { AnonymousTimeoutsOptions, TimeoutsOptions } from './timeouts.options.js';

/** The classes of options inside options, by path. */
const GROUPS: ReadonlyMap<string, new () => object> = new Map<string, new () => object>([
  ['redis', RedisOptionsRules],
  ['cookie', CookieOptions],
  ['timeouts', TimeoutsOptions],
  ['timeouts.anonymous', AnonymousTimeoutsOptions],
  ['limits', LimitsOptions],
]);

/** All options with nothing left out; true to its types once they have been checked. */
export interface BuiltOptions extends SessionModuleOptions {
  cookie: CookieOptions;
  timeouts: TimeoutsOptions & { anonymous: AnonymousTimeoutsOptions };
  limits: LimitsOptions;
}

/** What was given, over the defaults, as instances of the classes that check it. Nothing is checked yet. */
export function buildOptions(given: object, production: boolean): BuiltOptions {
  const root = new SessionModuleOptions();
  fill(root, given, { path: '', root, production });
  return root as BuiltOptions;
}

/** Copies what was given; groups not given keep the instance that the default is, and get their place too. */
function fill(options: object, given: object, context: OptionContext): void {
  placeOptions(options, context);
  for (const [name, value] of Object.entries({ ...options, ...definedIn(given) })) {
    const path = pathTo(context.path, name);
    const group = GROUPS.get(path);
    // Not by assignment, to which a key named __proto__ means something else.
    Object.defineProperty(options, name, {
      value: group === undefined ? value : buildGroup(group, value, { ...context, path }),
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
}

/** What is no object of options stays as it is, for the check of its place to refuse. */
function buildGroup(group: new () => object, given: unknown, context: OptionContext): unknown {
  if (!isPlainObject(given) || isIoredisClient(given)) return given;
  const options = new group();
  fill(options, given, context);
  return options;
}

/** An option given as undefined has its default. */
function definedIn(given: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
