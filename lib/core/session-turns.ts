/** Work on one session that is done one after another, also when a handler forgot to await. */
export class SessionTurns {
  /** What was asked for last, while it is under way or waits for its turn. */
  #last: Promise<unknown> | undefined;
  #running = 0;

  /** Whether some work is under way or waits for its turn. */
  get busy(): boolean {
    return this.#running > 0;
  }

  /** Does the work when all that was asked for before is done. */
  take<R>(work: () => Promise<R>): Promise<R> {
    this.#running++;
    const begun = this.#last ? this.#last.then(work, work) : work();
    const run = begun.then(
      (result) => {
        this.#ended();
        return result;
      },
      (error: unknown) => {
        this.#ended();
        throw error;
      },
    );
    this.#last = run;
    return run;
  }

  #ended(): void {
    if (--this.#running === 0) this.#last = undefined;
  }
}
