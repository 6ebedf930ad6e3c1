/** The size of a load: all of it with FULL=1, a tenth where CI has to be quick. */
export function sized(full: number): number {
  return process.env['FULL'] === '1' ? full : Math.ceil(full / 10);
}
