/** Timers set since then, by the code under test and by what it imports, that neither ran nor were cleared. */
export class PendingTimers {
  readonly #pending = new Map<unknown, number>();
  readonly #set = globalThis.setTimeout;
  readonly #clear = globalThis.clearTimeout;

  constructor() {
    const set = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      const timer = this.#set(() => {
        this.#pending.delete(timer);
        run(...args);
      }, ms);
      this.#pending.set(timer, ms);
      return timer;
    };
    globalThis.setTimeout = Object.assign(set, this.#set);
    globalThis.clearTimeout = (timer) => {
      this.#pending.delete(timer);
      this.#clear(timer);
    };
  }

  /** Milliseconds for which the longest of them was set; 0 where there is none. */
  get longest(): number {
    return Math.max(0, ...this.#pending.values());
  }

  /** Ends the watch. */
  restore(): void {
    globalThis.setTimeout = this.#set;
    globalThis.clearTimeout = this.#clear;
  }
}
