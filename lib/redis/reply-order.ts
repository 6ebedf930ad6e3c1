import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Tells whether a command that was sent behind another in one turn came behind it in Redis too. A command that had to be sent
 * again (MOVED, ASK, NOSCRIPT) is answered at least one turn of the event loop after what was sent behind it, or its first sending has
 * failed here.
 */
export class ReplyOrder {
  #answered = false;
  #failed = false;

  /** Watches a sending of the first command. */
  async first<R>(reply: Promise<R>): Promise<R> {
    try {
      const value = await reply;
      this.#answered = true;
      return value;
    } catch (error) {
      // What was sent behind may be sent again as well, and which of the two is first then nobody knows.
      this.#failed = true;
      throw error;
    }
  }

  /** Ask when the second is answered. Replies that come together count as ordered, whichever promise is told first. */
  async isKept(): Promise<boolean> {
    if (!this.#answered) await nextTurn();
    return this.#answered && !this.#failed;
  }
}
