import { elevate } from './auth/elevate.js';
import { login } from './auth/login.js';
import { requireKeep } from './auth/login-input.js';
import type {
  ElevateOptions,
  ElevateResult,
  LoginOptions,
  LoginResult,
  LogoutOptions,
  LogoutResult,
} from './auth/login-options.js';
import { loginRequest, type LoginOrigin } from './auth/login-request.js';
import { logout } from './auth/logout.js';
import { removeRotated } from './auth/struck-off.js';
import { endBehind } from './auth/user-texts.js';
import { SessionEndedError, SessionInvalidError, type SessionEndReason } from './errors.js';
import type { HeldSession } from './held-session.js';
import type { SessionSaving } from './session-saving.js';
import { tell } from './session-event.js';
import { newOperation } from './session-scope.js';
import type { RotateResult } from './session.js';

/** Whose one session is and by which token it is known: what changes either, and what ends it. */
export class SessionIdentity {
  readonly #held: HeldSession;
  readonly #saving: SessionSaving;

  constructor(held: HeldSession, saving: SessionSaving) {
    this.#held = held;
    this.#saving = saving;
  }

  async login(userId: string, options: LoginOptions, origin: LoginOrigin): Promise<LoginResult> {
    const { scope, standing, fields, turns, response } = this.#held;
    standing.assertRead();
    response.assertHeadIsHere('login');
    const request = loginRequest('session.login()', userId, options, origin);
    await this.#saving.need(request.keep);
    return turns.take(async () => {
      if (standing.endReason === 'ambiguous') throw new SessionEndedError('ambiguous');
      return this.tell(await login(scope, standing, fields, request));
    });
  }

  async logout(options: LogoutOptions): Promise<LogoutResult> {
    const { scope, standing, fields, turns, response } = this.#held;
    standing.assertRead();
    const keep = requireKeep(options.keep, 'session.logout()');
    const { token } = standing;
    if (!standing.login || !token) {
      if (keep.length === 0) await this.destroy();
      else if (standing.endReason) assertNotAlive(standing.endReason);
      return { durable: true };
    }
    if (keep.length > 0) response.assertHeadIsHere('logout');
    await this.#saving.need(keep);
    return turns.take(() => logout(scope, standing, fields, token, keep));
  }

  async elevate(options: ElevateOptions): Promise<ElevateResult> {
    const { scope, standing, turns, response } = this.#held;
    response.assertHeadIsHere('elevate');
    await this.#saving.flush();
    return turns.take(async () => {
      standing.assertNotEnded();
      const { token, login: current } = standing;
      if (!token || !current) {
        throw new SessionInvalidError(
          'session.elevate() needs a session that is logged in. Put @Authenticated() on the handler, or call session.login() first.',
        );
      }
      return this.tell(await elevate(scope, standing, token, current, options));
    });
  }

  async rotate(): Promise<RotateResult> {
    const { scope, standing, turns, response } = this.#held;
    response.assertHeadIsHere('rotate');
    await this.#saving.flush();
    return turns.take(async () => {
      standing.assertNotEnded();
      const { token } = standing;
      if (!token) return { handle: undefined };
      const issued = scope.signer.reissue(token);
      const result = await scope.store.rotate(token, issued.digest, newOperation(scope));
      const ended = endBehind(result);
      if (ended) throw new SessionEndedError(ended);
      standing.rotate(issued);
      const userId = standing.login?.principal.id;
      tell(scope, 'rotated', issued, () => ({ handle: issued.selector, userId }));
      return this.tell({ handle: issued.selector });
    });
  }

  async destroy(): Promise<void> {
    const { scope, standing, turns } = this.#held;
    standing.assertRead();
    const { token, login } = standing;
    let ended = false;
    if (login && token) {
      const removal = { selectors: [token.selector], reason: 'destroyed' as const };
      ended = (await scope.store.users.strike(token.home, removal, newOperation(scope))).applied;
    }
    standing.ending = true; // what is changed before Redis has answered would be lost without a word
    try {
      const destroyed = await turns.take(() => this.#destroy(ended));
      if (!login) ended = destroyed;
    } finally {
      standing.ending = false;
      if (ended && token) {
        const [handle, userId] = [token.selector, login?.principal.id];
        tell(scope, 'logout', token, () => ({ handle, userId, reason: 'destroyed' }));
      }
    }
  }

  /** A new token is in the result only where no transport carries it. */
  tell<R extends object>(result: R): R {
    return this.#held.scope.tokenInResult ? this.#held.standing.tell(result) : result;
  }

  /** @param struckOff whether the user's record has just struck it off @returns whether there was a session to end */
  async #destroy(struckOff: boolean): Promise<boolean> {
    const { scope, standing, fields } = this.#held;
    const { token, endReason } = standing;
    if (endReason) assertNotAlive(endReason);
    const result = token && (await scope.store.destroy(token, newOperation(scope)));
    if (token && result?.status === 'ended') {
      if (struckOff && result.reason === 'rotated') removeRotated(scope, token);
      else assertNotAlive(result.reason);
    }
    standing.destroy();
    fields.retain([]);
    return result?.status === 'applied';
  }
}

/** Who ends a session must not be told that it has ended while the client lives on under another token. */
function assertNotAlive(reason: SessionEndReason): void {
  if (reason === 'rotated' || reason === 'login' || reason === 'ambiguous') {
    throw new SessionEndedError(reason);
  }
}
