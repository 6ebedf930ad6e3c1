import { Standstills } from './standstills.js';

/** How often this process shows that it runs. */
const TURN_MS = 50;
/** What is no pause but a long turn. */
const LONGEST_TURN_MS = 100;
/** Turns for which nobody asked, after which none are counted until somebody does: longer than any operation. */
const IDLE_TURNS = 1300;

/**
 * When this process stood still: stopped, without a core, or busy with one thing. Time limits run out meanwhile although Redis has answered, as
 * timers are called before what has come is read, so a command that failed then says nothing of its node. All times are `performance.now()` ms.
 */
export class OwnPauses {
  readonly #pauses = new Standstills();
  #timer: NodeJS.Timeout | undefined;
  #lastTurn = 0;
  #idleTurns = 0;

  /** An operation begins: from now on turns are counted. */
  watch(): void {
    this.#idleTurns = 0;
    if (this.#timer) return;
    this.#lastTurn = performance.now();
    this.#timer = setInterval(() => this.#turn(), TURN_MS).unref();
  }

  /** Ms since then for which this process stood still. */
  since(start: number): number {
    return this.#pauses.since(start, performance.now());
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #turn(): void {
    const now = performance.now();
    if (now - this.#lastTurn > LONGEST_TURN_MS) {
      this.#pauses.begin(this, this.#lastTurn);
      this.#pauses.end(this, now);
    }
    this.#lastTurn = now;
    if (++this.#idleTurns > IDLE_TURNS) this.stop();
  }
}
