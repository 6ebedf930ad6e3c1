import type { ByteSize } from '../core/bytes.js';
import { describeValue } from './describe-value.js';
import { Check, problem, type OptionCheck } from './option-check.js';
import { isPlainObject, isWholeNumber } from './simple-checks.js';
import { bytesOf, isByteSize } from './unit-checks.js';

/** `localCopy`: on, off, or how. */
export const isLocalCopy: OptionCheck = (value, { path }) => {
  if (isPlainObject(value)) return [];
  const expected = 'it must be true, false or an object of options';
  return [problem(path, value, expected, `Write ${path}: { maxBytes: '64MB' }, or true.`)];
};

/** True where the options of `localCopy` are to be looked at. */
export function isNoCopySwitch({ localCopy }: { readonly localCopy?: unknown }): boolean {
  return typeof localCopy !== 'boolean';
}

const isLeastCopy: OptionCheck<LocalCopyOptions> = (value, site) => {
  const problems = value === 0 ? [] : isByteSize('1B', '8MiB')(value, site);
  if (problems.length > 0) return problems;
  const most = bytesOf(site.owner.maxBytes);
  if (most === undefined || (bytesOf(value) ?? 0) <= most) return [];
  const expected = `it must not be above localCopy.maxBytes, which is ${describeValue(site.owner.maxBytes)}`;
  const mend = 'Lower localCopy.from or raise localCopy.maxBytes.';
  return [problem(site.path, value, expected, mend)];
};

/** What is kept of sessions in each process. */
export class LocalCopyOptions {
  /** Sessions whose names and texts together have less are read from Redis each time. Bytes or '20kB'; default 20 kB, 0 for all. */
  @Check(isLeastCopy) from: ByteSize = '20kB';

  /** Memory for all copies of a process; those not used for longest make room. Bytes or '64MB'; default 64 MB, up to 8 GB. */
  @Check(isByteSize('64KiB', '8GB')) maxBytes: ByteSize = '64MB';

  /** Number of sessions of which a process has a copy; default 1000, up to a million. */
  @Check(isWholeNumber(1, 1_000_000)) maxEntries: number = 1000;
}
