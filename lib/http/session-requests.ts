import type { ServerResponse } from 'node:http';
import type { SessionManager } from '../core/session-manager.js';
import { SessionError } from '../core/errors.js';
import { authorize } from './authorize.js';
import type { CsrfProtection } from './csrf-protection.js';
import { exposeSession } from './exposed-session.js';
import type { HandlerPlan } from './handler-plan.js';
import { rawResponse, type HttpRequest, type HttpResponse } from './http-request.js';
import { RequestSession } from './request-session.js';
import { findRequestSession, keepRequestSession, responseOf } from './request-sessions.js';
import { ResponseHold } from './response-hold.js';
import { retryAfterOf, toHttpException } from './session-exceptions.js';
import { SseGate } from './sse-gate.js';
import type { StoreDownPolicy } from './store-down-policy.js';
import type { TransportChain } from './transport-chain.js';

/** Opens the sessions of requests and holds their responses. */
export class SessionRequests {
  constructor(
    private readonly manager: SessionManager,
    private readonly transports: TransportChain,
    private readonly csrf: CsrfProtection | undefined,
    private readonly onStoreDown: StoreDownPolicy,
  ) {}

  /**
   * Opens the request's session, or loads into the open one what the plan needs beyond it. What is only to be written is not read.
   * @throws HttpException 403 where another site may have started the request, before anything is read; 503 where the store does not
   * answer; 401 or 403 where the plan asks for another login
   */
  async open(
    request: HttpRequest,
    response: HttpResponse | undefined,
    plan: HandlerPlan | undefined,
  ): Promise<RequestSession> {
    const raw = response ? rawResponse(response) : responseOf(request);
    const session = this.#sessionOf(request, raw);
    session.plan ??= plan;
    try {
      session.csrf?.assertOwn(plan);
      if (plan?.sse) session.sseGate ??= new SseGate(this.manager.scope.deadline);
      if (plan && !plan.reads && !this.manager.readsFirst) {
        await session.prepare();
        return session;
      }
      // Without a login to check, a handler may run although the store does not answer.
      const mayGoOn =
        !plan?.auth && (plan?.onStoreDown ?? this.onStoreDown) === 'anonymous-readonly';
      const live = await session.open(plan?.fields, mayGoOn);
      if (live.unread && !mayGoOn) throw live.unread;
      exposeSession(request);
      if (plan?.auth) {
        session.loginNeeded = true;
        authorize(live, plan.auth, this.manager.scope.store.now(live.token));
      }
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      const retryAfter = retryAfterOf(error);
      if (retryAfter !== undefined && raw && !raw.headersSent) {
        raw.setHeader('Retry-After', retryAfter);
      }
      throw toHttpException(error);
    }
    return session;
  }

  /**
   * A CSRF token for the request's client, without opening its session.
   * @throws SessionInvalidError, SessionClosedError
   */
  csrfToken(request: HttpRequest): string {
    return this.#sessionOf(request, responseOf(request)).csrfToken();
  }

  #sessionOf(request: HttpRequest, raw: ServerResponse | undefined): RequestSession {
    const known = findRequestSession(request);
    if (known) return known;
    const session = new RequestSession(this.manager, this.transports, request, this.csrf);
    keepRequestSession(request, session);
    if (raw) session.hold = new ResponseHold(raw, session);
    return session;
  }
}
