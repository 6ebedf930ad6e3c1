interface Reading {
  /** Redis' time less this process' monotonic time, ms. Never more than the true difference. */
  readonly offset: number;
  /** Round trip of the reading: the most by which the offset can be too small. */
  readonly roundTrip: number;
  readonly at: number;
}

const READING_LASTS_MS = 10_000;

/**
 * What time it is on each node. Writes carry their deadline in the time of the node that runs them, so the app
 * servers' clocks don't matter. An estimate is never ahead of the node: a deadline may come a round trip early, never late.
 */
export class NodeClocks {
  readonly #readings = new Map<string, Reading>();

  /** Notes that `node` said `redisTime` (ms since 1970) in a reply to what was sent at `sentAt` (`performance.now()`). */
  observe(node: string, redisTime: number, sentAt: number): void {
    const at = performance.now();
    const roundTrip = at - sentAt;
    const known = this.#readings.get(node);
    if (known && roundTrip > known.roundTrip && at - known.at < READING_LASTS_MS) return;
    this.#readings.set(node, { offset: redisTime - at, roundTrip, at });
  }

  /** The node's time now, ms since 1970; undefined where it is not known yet. */
  now(node: string): number | undefined {
    const reading = this.#readings.get(node);
    return reading && performance.now() + reading.offset;
  }

  /** Forgets a node, e.g. because its clock turned out to be wrong. */
  forget(node: string): void {
    this.#readings.delete(node);
  }
}
