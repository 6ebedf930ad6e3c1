/** The times that requests took, in milliseconds. */
export class Latencies {
  readonly #all: number[] = [];

  get count(): number {
    return this.#all.length;
  }

  add(milliseconds: number): void {
    this.#all.push(milliseconds);
  }

  /** By how many of a hundred took no longer. */
  percentiles(): { p50: number; p99: number } {
    const sorted = Float64Array.from(this.#all).sort();
    const at = (share: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return { p50: at(0.5), p99: at(0.99) };
  }
}
