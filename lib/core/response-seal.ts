import { SessionClosedError } from './errors.js';

/** How much of the response has left, and what can't be done from then on. */
export class ResponseSeal {
  #left: 'head' | 'response' | undefined;

  /** The head, or all of the response, has left. */
  close(left: 'head' | 'response'): void {
    this.#left = left;
  }

  /** Whether the head can still carry something. */
  get headIsHere(): boolean {
    return this.#left === undefined;
  }

  /**
   * What gives the client a new token must come before the response's head.
   * @throws SessionClosedError
   */
  assertHeadIsHere(call: string): void {
    if (!this.#left) return;
    throw new SessionClosedError(
      `session.${call}() was called after the response head had left, so the new token could not reach the client. Call it before the first byte is written.`,
    );
  }

  /** @throws SessionClosedError where a session begun now would be nobody's */
  assertCanBegin(): void {
    if (!this.#left) return;
    throw new SessionClosedError(
      'A session was begun after the response head had left, so its token could not reach the client. Write to the session before the first byte, or begin it in an earlier request.',
    );
  }

  /** @throws SessionClosedError where nobody would save what a SessionWriter sets */
  assertCanOverwrite(): void {
    if (!this.#left) return;
    throw new SessionClosedError(
      'A SessionWriter was used after the response head had left, so nothing would save what it sets. Use it before the first byte is written, or declare the session with @Session() and await session.save().',
    );
  }

  /** @throws SessionClosedError where nobody would save a change any more */
  assertCanChange(): void {
    if (this.#left !== 'response') return;
    throw new SessionClosedError(
      'The session was changed after the response had ended, so the change could not be saved. Await what changes the session before the handler returns.',
    );
  }
}
