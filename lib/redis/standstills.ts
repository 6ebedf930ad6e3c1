/** Longest that a standstill is of interest, ms: longer than any operation. */
const KEPT_MS = 60_000;

/** When nodes did not serve: time that does not count against an operation which rode it out. All times are `performance.now()` ms. */
export class Standstills {
  #past: { readonly from: number; readonly to: number }[] = [];
  readonly #open = new Map<object, number>();

  /** The node does not serve, unless that is known. */
  begin(node: object, from: number): void {
    if (!this.#open.has(node)) this.#open.set(node, from);
  }

  /** It serves again, or is not needed any more. */
  end(node: object, to: number): void {
    const from = this.#open.get(node);
    if (from === undefined) return;
    this.#open.delete(node);
    this.#past = this.#past.filter((one) => to - one.to < KEPT_MS);
    this.#past.push({ from, to });
  }

  /**
   * Ms since then in which some node did not serve; of several at once each counts. A node may be replaced before it is known to be gone
   * for good: that it does not serve yet counts as well.
   */
  since(start: number, now: number): number {
    let lost = 0;
    for (const { from, to } of this.#past) {
      if (to > start) lost += to - Math.max(from, start);
    }
    for (const from of this.#open.values()) lost += Math.max(0, now - Math.max(from, start));
    return lost;
  }
}
