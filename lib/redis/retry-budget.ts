/** Retries that are always there, however little has been asked for. */
const RESERVE = 50;
/** Retries earned by an operation. */
const SHARE = 0.1;

/**
 * How often operations may be sent again to a node that serves: a tenth of them, so that a Redis in trouble is not asked for more
 * than one in good health.
 */
export class RetryBudget {
  #left = RESERVE;

  earn(): void {
    if (this.#left < RESERVE) this.#left += SHARE;
  }

  /** @returns false where there is none left */
  spend(): boolean {
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
