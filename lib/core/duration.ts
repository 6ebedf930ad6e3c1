import { showInput, wholeNumber } from './unit-input.js';

/** A length of time: milliseconds, or a text such as `'250ms'`, `'30s'`, `'30m'`, `'12h'`, `'7d'`, `'1.5h'`. */
export type Duration = number | string;

/** Milliseconds, longest first, so that the first that fits is the shortest to read. */
const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;

const FORM = /^(\d+(?:\.\d+)?) ?(ms|s|m|h|d)$/;

/**
 * The milliseconds of a duration: a whole number from 1 to 2^53-1.
 * @throws TypeError that says what was given and what is expected
 */
export function parseDuration(value: unknown): number {
  const milliseconds = typeof value === 'string' ? parseText(value) : value;
  if (Number.isSafeInteger(milliseconds) && (milliseconds as number) > 0) {
    return milliseconds as number;
  }
  throw new TypeError(
    `A duration must be a positive whole number of milliseconds or a text such as '250ms', '30s', '30m', '12h' or ` +
      `'7d'. Received ${showInput(value)}.`,
  );
}

/**
 * A duration as text in the longest unit that needs no fraction: `'30m'`, `'90s'`, `'7d'`.
 * @param milliseconds not negative
 */
export function formatDuration(milliseconds: number): string {
  for (const [unit, length] of Object.entries(UNITS)) {
    if (milliseconds >= length && milliseconds % length === 0)
      return `${milliseconds / length}${unit}`;
  }
  return `${milliseconds}ms`;
}

function parseText(text: string): number | undefined {
  const [, amount, unit] = FORM.exec(text) ?? [];
  if (amount === undefined) return undefined;
  return wholeNumber(Number(amount) * UNITS[unit as keyof typeof UNITS]);
}
