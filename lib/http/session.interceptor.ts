import {
  Injectable,
  Logger,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Observable, type Subscriber } from 'rxjs';
import {
  SessionConflictError,
  SessionEndedError,
  SessionError,
  SessionInvalidError,
  SessionStoreUnavailableError,
  SessionTooLargeError,
} from '../core/errors.js';
import { HandlerPlans } from './handler-plans.js';
import type { HandlerPlan } from './handler-plan.js';
import { rawResponse, type HttpRequest, type HttpResponse } from './http-request.js';
import type { RequestSession } from './request-session.js';
import { findRequestSession } from './request-sessions.js';
import { mapError, retryAfterOf } from './session-exceptions.js';

/** Errors that say a save has failed: saving again would only fail again. */
const FAILED_SAVES = [
  SessionConflictError,
  SessionEndedError,
  SessionInvalidError,
  SessionStoreUnavailableError,
  SessionTooLargeError,
];

/**
 * Saves the session after the handler and everything inside it, so that a save that fails passes through the app's
 * exception filters as the handler's own errors do.
 */
@Injectable()
export class SessionInterceptor implements NestInterceptor {
  readonly #logger = new Logger('SessionModule');

  constructor(private readonly plans: HandlerPlans) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const http = context.switchToHttp();
    const plan = this.plans.of(context.getClass(), context.getHandler() as never);
    const save = new HandlerSave(http.getRequest<HttpRequest>(), plan, (error) =>
      this.#report(
        findRequestSession(http.getRequest<HttpRequest>())?.explain(error) ?? error,
        http.getResponse<HttpResponse>(),
      ),
    );
    return new Observable((subscriber) =>
      plan?.sse ? save.beforeFirst(next, subscriber) : save.atEnd(next, subscriber),
    );
  }

  /** The error as the client's side of the app sees it. */
  #report(error: unknown, response: HttpResponse): unknown {
    const mapped = mapError(error) as { getStatus?: () => number };
    if (error instanceof SessionError && mapped.getStatus?.() === 500)
      this.#logger.error(error.message);
    const retryAfter = retryAfterOf(error);
    const raw = rawResponse(response);
    if (retryAfter !== undefined && !raw.headersSent) raw.setHeader('Retry-After', retryAfter);
    return mapped;
  }
}

class HandlerSave {
  constructor(
    private readonly request: HttpRequest,
    private readonly plan: HandlerPlan | undefined,
    private readonly report: (error: unknown) => unknown,
  ) {}

  /** For values: after the last one, or after the error. */
  atEnd(next: CallHandler, subscriber: Subscriber<unknown>): () => void {
    const inner = next.handle().subscribe({
      next: (value) => subscriber.next(value),
      complete: () => {
        const session = this.#session;
        if (!session) return subscriber.complete();
        session.flush().then(
          () => {
            if (this.plan && !this.plan.answersItself) session.settle();
            subscriber.complete();
          },
          (error: unknown) => this.#fail(error, subscriber),
        );
      },
      error: (error: unknown) => this.#saveAfter(error, subscriber),
    });
    return () => inner.unsubscribe();
  }

  /** For server-sent events: before the first one; later changes are the handler's to save. */
  beforeFirst(next: CallHandler, subscriber: Subscriber<unknown>): () => void {
    let ready: Promise<void> | undefined;
    const first = (): Promise<void> => (ready ??= this.#saveFirst());
    const afterFirst = (then: () => void): void => {
      first().then(then, (error: unknown) => this.#fail(error, subscriber));
    };
    const inner = next.handle().subscribe({
      next: (value) => afterFirst(() => subscriber.next(value)),
      complete: () => afterFirst(() => subscriber.complete()),
      error: (error: unknown) => afterFirst(() => subscriber.error(this.report(error))),
    });
    return () => inner.unsubscribe();
  }

  async #saveFirst(): Promise<void> {
    await this.#session?.flush();
    this.#session?.sseGate?.open();
  }

  /** Looked up late: a handler that declares none may have opened it by SessionService.of(). */
  get #session(): RequestSession | undefined {
    return findRequestSession(this.request);
  }

  /** What the handler changed before it threw is saved, as in Spring and express-session. */
  #saveAfter(error: unknown, subscriber: Subscriber<unknown>): void {
    if (FAILED_SAVES.some((type) => error instanceof type)) return this.#fail(error, subscriber);
    const session = this.#session;
    if (!session) return subscriber.error(this.report(error));
    session.flush().then(
      () => subscriber.error(this.report(error)),
      (failure: unknown) => this.#fail(failure, subscriber),
    );
  }

  #fail(error: unknown, subscriber: Subscriber<unknown>): void {
    this.#session?.giveUp();
    this.#session?.sseGate?.refuse(error);
    subscriber.error(this.report(error));
  }
}
