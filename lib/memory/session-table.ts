import { SessionStoreUnavailableError } from '../core/errors.js';

/** Something with an end: milliseconds since 1970, by the table's clock. */
export interface Ending {
  readonly end: number;
}

/** Entries looked at in one sweep: well under a millisecond, however many there are. */
const SWEEP_STEP = 10_000;

/** Entries by key, each until its end. Full, it takes no more: dropping a live one would log somebody out. */
export class SessionTable<Entry extends Ending> {
  readonly #entries = new Map<string, Entry>();
  #cursor: MapIterator<[string, Entry]> = this.#entries.entries();

  readonly #now: () => number;
  readonly #most: number;

  /**
   * @param now milliseconds since 1970
   * @param most entries kept at a time
   */
  constructor(now: () => number, most: number) {
    this.#now = now;
    this.#most = most;
  }

  /** The entry, unless its end has come. */
  get(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry && entry.end <= this.#now()) {
      this.#entries.delete(key);
      return undefined;
    }
    return entry;
  }

  /**
   * Adds an entry or puts it in another's place.
   * @throws SessionStoreUnavailableError when there is no room for one more
   */
  set(key: string, entry: Entry): void {
    if (this.#entries.size >= this.#most && !this.#entries.has(key)) this.#makeRoom();
    this.#entries.set(key, entry);
  }

  /** Removes an entry, if it is there. */
  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Removes what has ended among the next 10,000 entries, going round. */
  sweep(): void {
    const now = this.#now();
    for (let left = Math.min(SWEEP_STEP, this.#entries.size); left > 0; left--) {
      let next = this.#cursor.next();
      if (next.done) {
        this.#cursor = this.#entries.entries();
        next = this.#cursor.next();
        if (next.done) return;
      }
      const [key, entry] = next.value;
      if (entry.end <= now) this.#entries.delete(key);
    }
  }

  #makeRoom(): void {
    this.sweep();
    if (this.#entries.size < this.#most) return;
    throw new SessionStoreUnavailableError(
      `The memory store holds ${this.#entries.size} sessions and takes no more than ${this.#most} (maxSessions). ` +
        "Raise maxSessions, shorten the option 'timeouts', or keep sessions in Redis with the option 'redis'.",
    );
  }
}
