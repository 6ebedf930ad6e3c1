import { SessionClosedError, SessionCsrfError, type CsrfReason } from '../core/errors.js';
import type { LiveSession } from '../core/live-session.js';
import type { BroughtToken } from './brought-token.js';
import { sessionHolder, type CsrfProtection } from './csrf-protection.js';
import type { HandlerPlan } from './handler-plan.js';
import type { HttpRequest } from './http-request.js';
import type { TransportResponse } from './session-transport.js';

/** Seconds for which a visitor's token is good after it was last given. */
const VISITOR_SECONDS = 3600;

/** Whether one request is the client's own, and the CSRF tokens its answer gives. */
export class RequestCsrf {
  readonly #protection: CsrfProtection;
  readonly #request: HttpRequest;
  readonly #brought: BroughtToken;
  readonly #onRefusal: () => void;
  #waived = false;
  #judged: { readonly reason: CsrfReason | undefined } | undefined;
  /** Secret of the visitor to whom a token was given. */
  #visitor: string | undefined;
  #given = false;
  #headLeft = false;

  /** @param onRefusal hears once of a request that is refused */
  constructor(
    protection: CsrfProtection,
    request: HttpRequest,
    brought: BroughtToken,
    onRefusal: () => void,
  ) {
    this.#onRefusal = onRefusal;
    this.#protection = protection;
    this.#request = request;
    this.#brought = brought;
  }

  /**
   * @param plan the handler's; without one, what the handler before it said holds
   * @throws SessionCsrfError
   */
  assertOwn(plan: HandlerPlan | undefined): void {
    if (plan) this.#waived = !plan.csrf;
    if (this.#waived) return;
    if (!this.#judged) {
      this.#judged = { reason: this.#protection.refusal(this.#request, this.#brought) };
      if (this.#judged.reason) this.#onRefusal();
    }
    if (this.#judged.reason) throw new SessionCsrfError(this.#judged.reason);
  }

  /**
   * A token for the client's next requests.
   * @param live the session, where it is open
   * @throws SessionClosedError
   */
  token(live: LiveSession | undefined): string {
    this.#given = true;
    const digest = this.#digestFor(live);
    const { tokens } = this.#protection;
    if (digest !== undefined) return tokens.issue(sessionHolder(digest));
    return tokens.issue({ kind: 'visitor', secret: (this.#visitor ??= this.#findVisitor()) });
  }

  /** @returns whether the answer holds a token, so that nobody may cache it */
  writeHead(response: TransportResponse, live: LiveSession | undefined): boolean {
    this.#headLeft = true;
    const { cookie } = this.#protection;
    const handout = live?.handout;
    const isLogin = typeof handout === 'object' && handout.token.kind === 'user';
    if (!isLogin) {
      if (this.#visitor !== undefined) cookie.write(response, this.#visitor, VISITOR_SECONDS);
    } else if (this.#protection.visitorOf(this.#request) !== undefined) {
      cookie.clear(response); // what was known before a login is of no use after it
    }
    return this.#given;
  }

  /** Digest of the secret that the client will send next; undefined where it will send none. */
  #digestFor(live: LiveSession | undefined): string | undefined {
    const { token } = this.#brought;
    if (!live || live.unread) return token?.digest;
    if (live.token) return live.token.digest;
    // The cookie of a login that has ended stays in the browser, until another takes its place.
    return live.handout !== 'clear' && token?.kind === 'user' ? token.digest : undefined;
  }

  #findVisitor(): string {
    const known = this.#protection.visitorOf(this.#request);
    if (known !== undefined) return known;
    if (!this.#headLeft) return this.#protection.newVisitor();
    throw new SessionClosedError(
      'A CSRF token for a visitor without a session was asked for after the response head had left, so its cookie could not reach the client. Call csrfToken() before the first byte is written.',
    );
  }
}
