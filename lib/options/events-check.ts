import { pathTo, problem, type OptionCheck } from './option-check.js';
import { isPlainObject, isSwitch } from './simple-checks.js';
import { unknownOption } from './unknown-option.js';

/** Which events there are, and who hears them. */
export interface EventsOptions {
  /** True sends events to every process of the app with the same `keyPrefix`, by sharded pub/sub (Redis 7); default false. */
  readonly cluster?: boolean;
  /** True tells of sessions that ended by their own time: each costs Redis an entry in an index; default false. */
  readonly expired?: boolean;
}

/** `events` as given. */
export type EventsOption = boolean | EventsOptions;

/** `events` in its long form. */
export interface ResolvedEventsOptions {
  /** Whether there are events at all. */
  readonly local: boolean;
  /** Whether other processes hear them. */
  readonly cluster: boolean;
  /** Whether sessions that end by themselves are told of. */
  readonly expired: boolean;
}

const NAMES = ['cluster', 'expired'];

/** `events`: true, false, or what is wanted beside those of this process. */
export const isEventsOption: OptionCheck = (value, site) => {
  const { path } = site;
  if (typeof value === 'boolean') return [];
  if (!isPlainObject(value)) {
    const expected = 'it must be true, false or an object of options';
    return [problem(path, value, expected, `Write ${path}: { cluster: true }.`)];
  }
  return Object.entries(value).flatMap(([name, given]) => {
    if (!NAMES.includes(name)) return [unknownOption(path, name, given, NAMES)];
    if (given === undefined) return [];
    return isSwitch(given, { ...site, path: pathTo(path, name) });
  });
};

/** The option in its long form. */
export function convertEvents(option: EventsOption): ResolvedEventsOptions {
  const { cluster = false, expired = false } = typeof option === 'object' ? option : {};
  return { local: option !== false, cluster, expired };
}
