/** Shortest time between two looks of one process at a bucket. */
const SHORTEST_MS = 250;
/** Longest; a bucket that other processes fill is found within it. */
const LONGEST_MS = 10_000;
/** Up to so much later than planned, so that processes come one after the other. */
const JITTER_MS = 250;
/** All buckets are looked at within this time of the start. */
const FIRST_MS = 1000;

/** What a look at a bucket gave: a whole page, less, nothing though something was due, or it was left alone. */
export type SweepResult = 'full' | 'some' | 'none' | 'idle';

interface Bucket {
  /** `performance.now()` ms of the next look. */
  at: number;
  /** Shortest time to the next look; grows while other processes are first. */
  pause: number;
  /** Whether something is known to be due at the next look. */
  expected: boolean;
}

/** When to look at which bucket: when an end is due, more seldom where other processes are always first. */
export class SweepPlan {
  readonly #buckets: Bucket[];

  constructor(count: number) {
    const now = performance.now();
    this.#buckets = Array.from({ length: count }, () => ({
      at: now + Math.random() * FIRST_MS,
      pause: SHORTEST_MS,
      expected: false,
    }));
  }

  /** The bucket that is next is being looked at; `note` says how that went. @returns its number */
  begin(): number {
    const next = this.#next;
    this.#buckets[next]!.at = Infinity;
    return next;
  }

  get #next(): number {
    return this.#buckets.reduce(
      (first, { at }, n) => (at < this.#buckets[first]!.at ? n : first),
      0,
    );
  }

  /** Ms until it is looked at. */
  get nextIn(): number {
    return Math.max(0, this.#buckets[this.#next]!.at - performance.now());
  }

  /** Notes an end to come. @returns whether the bucket is looked at sooner than planned */
  expect(bucket: number, endsIn: number): boolean {
    const planned = this.#buckets[bucket]!;
    const at = performance.now() + Math.max(endsIn, planned.pause) + Math.random() * JITTER_MS;
    if (at >= planned.at) return false;
    planned.at = at;
    planned.expected = true;
    return true;
  }

  /** Notes what a look gave. @param nextIn ms until the next end comes; undefined where none is known */
  note(bucket: number, result: SweepResult, nextIn: number | undefined): void {
    const planned = this.#buckets[bucket]!;
    if (result === 'some' || result === 'full')
      planned.pause = Math.max(SHORTEST_MS, planned.pause / 2);
    else if (result === 'none' && planned.expected) {
      planned.pause = Math.min(LONGEST_MS, planned.pause * 2);
    }
    planned.expected = nextIn !== undefined && nextIn < LONGEST_MS;
    const wait = Math.max(planned.pause, Math.min(nextIn ?? LONGEST_MS, LONGEST_MS));
    const at = performance.now() + (result === 'full' ? 0 : wait + Math.random() * JITTER_MS);
    planned.at = Math.min(planned.at, at); // an end may have been expected meanwhile
  }
}
