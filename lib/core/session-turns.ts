/** Work on one session that is done one after another, also when a handler forgot to await. */
export class SessionTurns {
  #last: Promise<unknown> = Promise.resolve();
  #running = 0;

  /** Whether some work is under way or waits for its turn. */
  get busy(): boolean {
    return this.#running > 0;
  }

  /** Does the work when all that was asked for before is done. */
  take<R>(work: () => Promise<R>): Promise<R> {
    const begun = this.#running++ === 0 ? work() : this.#last.then(work);
    const run = begun.finally(() => this.#running--);
    this.#last = run.catch(() => undefined);
    return run;
  }
}
