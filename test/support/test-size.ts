/** Whether the tests run at full size; otherwise at a tenth, which is enough to see that they bite. */
export const FULL: boolean = process.env['FULL'] === '1';

/** The full size, or a tenth of it. */
export function sized(full: number): number {
  return FULL ? full : Math.ceil(full / 10);
}

/** Milliseconds that a test of a sized number of requests may take. */
export const SIZED_LIMIT: number = FULL ? 900_000 : 120_000;
