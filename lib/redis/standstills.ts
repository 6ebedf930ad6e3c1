/** Longest that a standstill is of interest, ms: longer than any operation. */
const KEPT_MS = 60_000;

/** When nodes did not serve: time that does not count against an operation which rode it out. */
export class Standstills {
  #past: { readonly from: number; readonly to: number }[] = [];

  /** Both `performance.now()` ms. */
  add(from: number, to: number): void {
    this.#past = this.#past.filter((one) => to - one.to < KEPT_MS);
    this.#past.push({ from, to });
  }

  /** Ms since then in which some node did not serve; of several at once each counts. */
  since(start: number): number {
    let lost = 0;
    for (const { from, to } of this.#past) {
      if (to > start) lost += to - Math.max(from, start);
    }
    return lost;
  }
}
