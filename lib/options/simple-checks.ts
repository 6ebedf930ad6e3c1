import { describeValue } from './describe-value.js';
import { closestName } from './closest-name.js';
import { problem, type OptionCheck } from './option-check.js';

/** True or false, not 'true' or 1 from an environment variable. */
export const isSwitch: OptionCheck = (value, { path }) =>
  typeof value === 'boolean'
    ? []
    : [problem(path, value, 'it must be true or false', `Write ${path}: true or ${path}: false.`)];

/** An object of options, whose own properties are checked by their class. */
export const isGroup: OptionCheck = (value, { path }) =>
  isPlainObject(value)
    ? []
    : [problem(path, value, 'it must be an object of options', `Write ${path}: { ... }.`)];

/** One of the given words. */
export function isOneOf(words: readonly string[]): OptionCheck {
  return (value, { path }) => {
    if (typeof value === 'string' && words.includes(value)) return [];
    const close = typeof value === 'string' ? closestName(value, words) : undefined;
    const mend =
      close === undefined ? 'Choose one of them.' : `Did you mean ${describeValue(close)}?`;
    return [problem(path, value, `it must be ${listOf(words)}`, mend)];
  };
}

/** A whole number in a range, both ends included. */
export function isWholeNumber(least: number, most: number): OptionCheck {
  return (value, { path }) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most
      ? []
      : [
          problem(
            path,
            value,
            `it must be a whole number from ${least} to ${most}`,
            'Give a number in that range.',
          ),
        ];
}

/** "'a', 'b' or 'c'". */
export function listOf(words: readonly string[]): string {
  const quoted = words.map((word) => `'${word}'`);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}

/** True for `{}` and instances of classes, not for null, arrays and functions. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
