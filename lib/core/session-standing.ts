import { inspect } from 'node:util';
import type { LoginOrigin } from './auth/login-request.js';
import { isKept } from './auth/remembered.js';
import type { Login } from './auth/login-state.js';
import {
  SessionEndedError,
  type SessionEndReason,
  type SessionStoreUnavailableError,
} from './errors.js';
import type { SessionTimes } from './session-store.js';
import type { IssuedToken, SessionToken } from './session-token.js';

/** Whether there is a session in the store, and whose token this is. */
export type Standing =
  /** `expired`: a token came whose session is there no more. */
  | { readonly kind: 'new'; readonly expired?: boolean }
  | {
      readonly kind: 'live';
      readonly token: SessionToken;
      readonly times: SessionTimes;
      /** Of a user's session. */
      readonly login?: Login | undefined;
      /** Digest of the secret that is to be renewed before the response's head leaves; undefined: none is. */
      readonly renewal?: string | undefined;
    }
  | { readonly kind: 'ended'; readonly reason: SessionEndReason }
  /** A token came, and the store has not been asked what it stands for. */
  | { readonly kind: 'unasked'; readonly token: SessionToken }
  /** The store did not say: it reads as a session of which nothing is stored, and nothing can be written. */
  | { readonly kind: 'unread'; readonly error: SessionStoreUnavailableError };

/** What the client must be told with the response head. */
export type Handout =
  | {
      readonly token: IssuedToken;
      /** Until when the client is to keep it, ms since 1970 by the store's clock; undefined: as long as its browser is open. */
      readonly keptUntil: number | undefined;
    }
  | 'clear';

/** The client may hold the newer token already, and must not be told to forget it. */
const REPLACED: ReadonlySet<SessionEndReason> = new Set(['login', 'rotated', 'ambiguous']);

/** What becomes of a session during a request: stored, given a new token, ended; and what the client must hear of it. */
export class SessionStanding {
  #standing: Standing;
  #handout: IssuedToken | 'clear' | undefined;
  #untold: IssuedToken | undefined;
  /** Whether the idle time is to be moved on: a tenth of it has passed, and nothing was written since. */
  touchDue: boolean;
  /** Where the request comes from; asked for only where somebody wants to know. */
  origin: (() => LoginOrigin) | undefined;
  /** From the call of destroy() until Redis has answered. */
  ending = false;

  constructor(standing: Standing, touchDue: boolean) {
    this.#standing = standing;
    this.touchDue = touchDue;
  }

  get kind(): Standing['kind'] {
    return this.#standing.kind;
  }

  get token(): SessionToken | undefined {
    const standing = this.#standing;
    return standing.kind === 'live' || standing.kind === 'unasked' ? standing.token : undefined;
  }

  get times(): SessionTimes | undefined {
    return this.#standing.kind === 'live' ? this.#standing.times : undefined;
  }

  /** Who is logged in with the session; undefined where nobody is. */
  get login(): Login | undefined {
    return this.#standing.kind === 'live' ? this.#standing.login : undefined;
  }

  /** Why the session has ended; undefined where it has not. */
  get endReason(): SessionEndReason | undefined {
    return this.#standing.kind === 'ended' ? this.#standing.reason : undefined;
  }

  /** Why the token that came is no longer good; undefined where it is, or none came. */
  get tokenEnd(): SessionEndReason | undefined {
    if (this.#standing.kind === 'new' && this.#standing.expired) return 'expired';
    return this.endReason;
  }

  /** What the response head must carry. */
  get handout(): Handout | undefined {
    if (typeof this.#handout !== 'object') return this.#handout;
    const keptUntil = isKept(this.login?.block) ? this.times?.absoluteEnd : undefined;
    return { token: this.#handout, keptUntil };
  }

  /** Digest of the secret that is to be renewed before the head leaves. */
  get renewal(): string | undefined {
    return this.#standing.kind === 'live' ? this.#standing.renewal : undefined;
  }

  /** The renewal is under way. */
  beginRenewal(): void {
    if (this.#standing.kind === 'live') this.#standing = { ...this.#standing, renewal: undefined };
  }

  /** The client gets a new token; this request goes on with the one it came with. */
  renewed(token: IssuedToken): void {
    if (this.#standing.kind === 'live') this.#handout = token;
  }

  /** Why the session could not be read; undefined where it was, or nothing had to be. */
  get unread(): SessionStoreUnavailableError | undefined {
    return this.#standing.kind === 'unread' ? this.#standing.error : undefined;
  }

  /** @throws SessionStoreUnavailableError */
  assertRead(): void {
    if (this.unread) throw this.unread;
  }

  /** @throws SessionEndedError, SessionStoreUnavailableError */
  assertNotEnded(): void {
    this.assertRead();
    if (this.#standing.kind === 'ended') throw new SessionEndedError(this.#standing.reason);
  }

  /** The store has said what the token stands for. */
  answered(standing: Standing, touchDue: boolean = false): void {
    this.#standing = standing;
    this.touchDue = touchDue;
  }

  /** The session is stored now. */
  begin(token: IssuedToken, times: SessionTimes): void {
    this.#standing = { kind: 'live', token, times };
    this.#handOut(token);
  }

  /** A user's session has taken the place of what was there. */
  logIn(token: IssuedToken, times: SessionTimes, login: Login): void {
    this.#standing = { kind: 'live', token, times, login };
    this.touchDue = false;
    this.#handOut(token);
  }

  /** The user's session has ended; the next thing stored begins a new one. */
  logOut(): void {
    this.#standing = { kind: 'new' };
    this.#handout = 'clear';
    this.#untold = undefined;
  }

  /** The session has a new secret now, and its login another level. */
  elevate(token: IssuedToken, login: Login): void {
    this.rotate(token);
    this.relogin(login);
  }

  /** The record has told newer things of the user. */
  relogin(login: Login | undefined): void {
    if (this.#standing.kind === 'live') this.#standing = { ...this.#standing, login };
  }

  /** The session has a new secret now. */
  rotate(token: IssuedToken): void {
    if (this.#standing.kind !== 'live') return;
    this.#standing = { ...this.#standing, token, renewal: undefined };
    this.#handOut(token);
  }

  /** The store has told newer times, or when it was last touched. */
  learn(times: Partial<SessionTimes>): void {
    if (this.#standing.kind !== 'live') return;
    this.#standing = { ...this.#standing, times: { ...this.#standing.times, ...times } };
  }

  /** The app has ended the session; the client is told where it held a token, and nothing has taken that one's place. */
  destroy(): void {
    const { endReason } = this;
    const held = this.#standing.kind === 'live' || (endReason && !REPLACED.has(endReason));
    this.#handout = held ? 'clear' : undefined;
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
    this.#handout = token;
    this.#untold = token;
  }
}
