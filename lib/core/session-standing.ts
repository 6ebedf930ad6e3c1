import { inspect } from 'node:util';
import { SessionEndedError, type SessionEndReason } from './errors.js';
import type { SessionTimes } from './session-store.js';
import type { IssuedToken, SessionToken } from './session-token.js';

/** Whether there is a session in the store, and whose token this is. */
export type Standing =
  | { readonly kind: 'new' }
  | { readonly kind: 'live'; readonly token: SessionToken; readonly times: SessionTimes }
  | { readonly kind: 'ended'; readonly reason: SessionEndReason };

/** What the client must be told with the response head. */
export type Handout = { readonly token: IssuedToken } | 'clear';

/** What becomes of a session during a request: stored, given a new token, ended; and what the client must hear of it. */
export class SessionStanding {
  #standing: Standing;
  #handout: Handout | undefined;
  #untold: IssuedToken | undefined;

  constructor(standing: Standing) {
    this.#standing = standing;
  }

  get kind(): Standing['kind'] {
    return this.#standing.kind;
  }

  get token(): SessionToken | undefined {
    return this.#standing.kind === 'live' ? this.#standing.token : undefined;
  }

  get times(): SessionTimes | undefined {
    return this.#standing.kind === 'live' ? this.#standing.times : undefined;
  }

  /** Why the session has ended; undefined where it has not. */
  get endReason(): SessionEndReason | undefined {
    return this.#standing.kind === 'ended' ? this.#standing.reason : undefined;
  }

  /** What the response head must carry. */
  get handout(): Handout | undefined {
    return this.#handout;
  }

  /** @throws SessionEndedError */
  assertNotEnded(): void {
    if (this.#standing.kind === 'ended') throw new SessionEndedError(this.#standing.reason);
  }

  /** The session is stored now. */
  begin(token: IssuedToken, times: SessionTimes): void {
    this.#standing = { kind: 'live', token, times };
    this.#handOut(token);
  }

  /** The session has a new secret now. */
  rotate(token: IssuedToken): void {
    if (this.#standing.kind !== 'live') return;
    this.#standing = { ...this.#standing, token };
    this.#handOut(token);
  }

  /** The store has told newer times, or when it was last touched. */
  learn(times: Partial<SessionTimes>): void {
    if (this.#standing.kind !== 'live') return;
    this.#standing = { ...this.#standing, times: { ...this.#standing.times, ...times } };
  }

  /** The app has ended the session; the client is told where it held a token. */
  destroy(): void {
    this.#handout = this.#standing.kind === 'live' ? 'clear' : undefined;
    this.#standing = { kind: 'ended', reason: 'destroyed' };
    this.#untold = undefined;
  }

  /** Adds a token nobody was given yet to a result: once, and not enumerable. */
  tell<R extends object>(result: R): R {
    const issued = this.#untold;
    this.#untold = undefined;
    if (!issued) return result;
    return Object.defineProperties(result, {
      token: { value: issued.text },
      [inspect.custom]: { value: () => ({ ...result }) }, // for logs that show hidden properties too
    });
  }

  #handOut(token: IssuedToken): void {
    this.#handout = { token };
    this.#untold = token;
  }
}
