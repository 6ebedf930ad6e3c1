import type { ByteSize } from '../core/bytes.js';
import { describeValue } from './describe-value.js';
import { Check, problem, type OptionCheck } from './option-check.js';
import { isWholeNumber } from './simple-checks.js';
import { bytesOf, isByteSize } from './unit-checks.js';

const SMALLEST = '64B';
const LARGEST = '8MiB';

const isFieldLimit: OptionCheck<LimitsOptions> = (value, site) => {
  const problems = isByteSize(SMALLEST, LARGEST)(value, site);
  if (problems.length > 0) return problems;
  const session = bytesOf(site.owner.session);
  if (session === undefined || (bytesOf(value) ?? 0) <= session) return [];
  const expected = `it must not be above limits.session, which is ${describeValue(site.owner.session)}`;
  return [problem(site.path, value, expected, 'Lower limits.field or raise limits.session.')];
};

/** How much one session may hold. A write beyond a limit stores nothing and throws SessionTooLargeError (HTTP 413). */
export class LimitsOptions {
  /** All stored fields of a session together. Bytes or '64KiB'; default 64 KiB, up to 8 MiB. */
  @Check(isByteSize(SMALLEST, LARGEST)) session: ByteSize = '64KiB';

  /** One stored field. Bytes or '16KiB'; default 16 KiB, up to `session`. */
  @Check(isFieldLimit) field: ByteSize = '16KiB';

  /** Count of fields; default 128, up to 1024. */
  @Check(isWholeNumber(1, 1024)) fields: number = 128;

  /** Levels of objects and arrays inside a field; default 8, up to 64. */
  @Check(isWholeNumber(1, 64)) depth: number = 8;
}
