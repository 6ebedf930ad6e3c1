import { showInput, wholeNumber } from './unit-input.js';

/** A size: bytes, or a text such as `'512B'`, `'64kB'` (64,000), `'16KiB'` (16,384), `'1.5 MB'`; case does not count. */
export type ByteSize = number | string;

/** By SI and IEC 80000-13: k, M and G are powers of 1000, Ki, Mi and Gi powers of 1024. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['b', 1],
  ['kb', 1_000],
  ['mb', 1_000_000],
  ['gb', 1_000_000_000],
  ['kib', 1_024],
  ['mib', 1_048_576],
  ['gib', 1_073_741_824],
]);

const FORM = /^(\d+(?:\.\d+)?) ?([kmg]?i?b)$/;

/**
 * The bytes of a size: a whole number from 1 to 2^53-1.
 * @throws TypeError that says what was given and what is expected
 */
export function parseBytes(value: unknown): number {
  const bytes = typeof value === 'string' ? parseText(value.toLowerCase()) : value;
  if (Number.isSafeInteger(bytes) && (bytes as number) > 0) return bytes as number;
  throw new TypeError(
    `A size must be a positive whole number of bytes or a text such as '512B', '64kB' (64,000 bytes) or '64KiB' ` +
      `(65,536 bytes). Received ${showInput(value)}.`,
  );
}

function parseText(text: string): number | undefined {
  const [, amount, unit = ''] = FORM.exec(text) ?? [];
  const factor = UNITS.get(unit);
  if (factor === undefined) return undefined;
  return wholeNumber(Number(amount) * factor);
}
