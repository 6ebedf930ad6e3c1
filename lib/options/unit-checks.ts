import { parseBytes, type ByteSize } from '../core/bytes.js';
import { parseDuration, type Duration } from '../core/duration.js';
import { problem, type OptionCheck } from './option-check.js';

/** The longest a browser keeps a cookie (RFC 6265bis 5.5), so no session need be longer. */
export const LONGEST_SESSION = '400d';

/** A duration in a range, both ends included. */
export function isDuration(least: Duration, most: Duration): OptionCheck {
  return (value, { path }) => {
    const given = durationOf(value);
    if (given === undefined) {
      const expected = "it must be a duration: milliseconds, or a number and a unit such as '30m'";
      return [problem(path, value, expected, "Units are 'ms', 's', 'm', 'h' and 'd'.")];
    }
    if (given >= parseDuration(least) && given <= parseDuration(most)) return [];
    const mend = given < parseDuration(least) ? 'Make it longer.' : 'Make it shorter.';
    return [problem(path, value, `it must be from '${least}' to '${most}'`, mend)];
  };
}

/** A duration in a range, or 0, which turns it off. */
export function isDurationOrOff(least: Duration, most: Duration): OptionCheck {
  const check = isDuration(least, most);
  return (value, context) => (value === 0 ? [] : check(value, context));
}

/** A size in bytes in a range, both ends included. */
export function isByteSize(least: ByteSize, most: ByteSize): OptionCheck {
  return (value, { path }) => {
    const given = bytesOf(value);
    if (given === undefined) {
      const expected = "it must be a size: bytes, or a number and a unit such as '64KiB'";
      return [problem(path, value, expected, 'Give it in bytes, or with a unit.')];
    }
    if (given >= parseBytes(least) && given <= parseBytes(most)) return [];
    const mend = given < parseBytes(least) ? 'Make it larger.' : 'Make it smaller.';
    return [problem(path, value, `it must be from '${least}' to '${most}'`, mend)];
  };
}

/** Milliseconds of a duration, undefined for what is none. */
export function durationOf(value: unknown): number | undefined {
  return attempt(() => parseDuration(value));
}

/** Bytes of a size, undefined for what is none. */
export function bytesOf(value: unknown): number | undefined {
  return attempt(() => parseBytes(value));
}

function attempt(parse: () => number): number | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
