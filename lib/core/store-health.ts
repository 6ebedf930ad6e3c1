/** How long nothing must fail before the store counts as well again. */
const WELL_AGAIN_MS = 5000;

/** Whether the store serves, as its callers see it: some nodes may answer while others don't, so one success says little. */
export class StoreHealth {
  readonly #report: (trouble: 'begins' | 'ends') => void;
  /** `performance.now()` of the last failure while there is trouble. */
  #failedAt: number | undefined;

  constructor(report: (trouble: 'begins' | 'ends') => void) {
    this.#report = report;
  }

  /** An operation was answered. */
  noteSuccess(): void {
    if (this.#failedAt === undefined) return;
    if (performance.now() - this.#failedAt < WELL_AGAIN_MS) return;
    this.#failedAt = undefined;
    this.#report('ends');
  }

  /** An operation was given up. */
  noteFailure(): void {
    const begins = this.#failedAt === undefined;
    this.#failedAt = performance.now();
    if (begins) this.#report('begins');
  }
}
