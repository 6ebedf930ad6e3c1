import { Injectable } from '@nestjs/common';
import type { LoginOptions, LoginResult } from '../core/auth/login-options.js';
import type { Session, SessionData } from '../core/session.js';
import { SessionManager } from '../core/session-manager.js';
import { createSessionView } from '../core/session-view.js';
import { SessionContext } from './session-context.js';
import { SessionRequests } from './session-requests.js';

/** What `inspect` tells of a session: no content. */
export interface SessionInspection {
  /** Public name of the session. */
  readonly handle: string;
  /** When it was first stored. */
  readonly createdAt: Date;
  /** When it ends if nobody uses it. */
  readonly expiresAt: Date;
  /** Bytes of the stored text by field name. */
  readonly fields: Readonly<Record<string, number>>;
}

/** A login made outside HTTP. */
export interface OpenedLogin<T extends object = SessionData> extends LoginResult {
  /** The new session, open. Not enumerable. */
  readonly session: Session<T>;
}

/** Sessions for code that is no handler: services, middleware, jobs, tests. */
@Injectable()
export class SessionService {
  constructor(
    private readonly manager: SessionManager,
    private readonly requests: SessionRequests,
    private readonly context: SessionContext,
  ) {}

  /**
   * The session of a request, with all its fields; all callers of one request share one load and one object.
   * @param request Express' or Fastify's request
   * @throws HttpException 503 where the store does not answer; 403 where another site may have started the request: beside `@SkipCsrf()`
   * declare the session, with @UseSession(), too
   */
  async of<T extends object = SessionData>(request: object): Promise<Session<T>> {
    const session = await this.requests.open(request, undefined, undefined);
    return session.view as Session<T>;
  }

  /**
   * A CSRF token for the client of a request, for templates and handlers that declare no session: as `session.csrfToken()`, and no
   * command to the store.
   * @param request Express' or Fastify's request
   * @throws SessionInvalidError where the app checks none; SessionClosedError where a visitor's cookie would come after the response head
   */
  csrfToken(request: object): string {
    return this.requests.csrfToken(request);
  }

  /**
   * The session of the request whose code is running; undefined outside of one. Needs the option `context: true`.
   * @throws Error where the option is off
   */
  current<T extends object = SessionData>(): Session<T> | undefined {
    if (!this.context.enabled) {
      throw new Error(
        'SessionService.current() needs SessionModule.forRoot({ context: true }): without it no request is tracked.',
      );
    }
    return this.context.current?.view as Session<T> | undefined;
  }

  /**
   * Opens a session outside HTTP, by its token, or a new one. Nothing saves it but `await session.save()`, whose result holds a
   * new session's token.
   * @throws SessionStoreUnavailableError
   */
  async open<T extends object = SessionData>(token?: string): Promise<Session<T>> {
    const { scope } = this.manager;
    const outside = new SessionManager({ ...scope, tokenInResult: true });
    const verified = token === undefined ? undefined : scope.signer.verify(token);
    return createSessionView<T>(await outside.open(verified, undefined));
  }

  /**
   * Logs a user in outside HTTP, for jobs, tests, or to hand a token to a mobile app: a new session of the user, open. Nothing saves
   * changes to it but `await session.save()`.
   * @returns the session, and what `login()` returns; `token` is not enumerable
   * @throws SessionLoginRefusedError, SessionInvalidError, SessionStoreUnavailableError
   */
  async openFor<T extends object = SessionData>(
    userId: string,
    options: Omit<LoginOptions, 'keep'> = {},
  ): Promise<OpenedLogin<T>> {
    const session = await this.open<T>();
    const result = await session.login(userId, options);
    return Object.defineProperty(result as OpenedLogin<T>, 'session', { value: session });
  }

  /**
   * Times and field sizes of the session a token stands for; undefined where there is none. For support and debugging.
   * @throws SessionStoreUnavailableError
   */
  async inspect(token: string): Promise<SessionInspection | undefined> {
    const { signer, store, deadline } = this.manager.scope;
    const verified = signer.verify(token);
    if (!verified) return undefined;
    const { home, selector } = verified;
    const found = await store.describe(home, selector, performance.now() + deadline);
    if (!found) return undefined;
    const { createdAt, touchedAt, idle, absoluteEnd } = found.times;
    return {
      handle: selector,
      createdAt: new Date(createdAt),
      expiresAt: new Date(Math.min(touchedAt + idle, absoluteEnd)),
      fields: Object.fromEntries(found.fieldSizes),
    };
  }
}
