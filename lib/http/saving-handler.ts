import { Logger } from '@nestjs/common';
import { isObservable, Observable } from 'rxjs';
import {
  SessionConflictError,
  SessionEndedError,
  SessionError,
  SessionInvalidError,
  SessionStoreUnavailableError,
  SessionTooLargeError,
} from '../core/errors.js';
import type { HttpRequest } from './http-request.js';
import { findRequestSession, responseOf } from './request-sessions.js';
import { mapError, retryAfterOf } from './session-exceptions.js';

/** A method of a controller. */
export type Handler = (this: unknown, ...args: unknown[]) => unknown;

/** Errors that say a save has failed: saving again would only fail again. */
const FAILED_SAVES = [
  SessionConflictError,
  SessionEndedError,
  SessionInvalidError,
  SessionStoreUnavailableError,
  SessionTooLargeError,
];

const LOGGER = new Logger('SessionModule');

/**
 * The handler, and after it the save of what it has changed: one that fails passes through the app's interceptors and exception filters as the
 * handler's own errors do. Called without a request, as an app calls its own methods, it is the handler alone.
 * @param position of the request among the arguments, behind the handler's own
 */
export function savingHandler(handler: Handler, position: number): Handler {
  return function (...args) {
    const request = args[position];
    if (!isRequest(request)) return handler.apply(this, args);
    args.length = position;
    let result: unknown;
    try {
      result = handler.apply(this, args);
    } catch (error) {
      return failed(request, error);
    }
    if (!isThenable(result)) return saved(request, result);
    return Promise.resolve(result).then(
      (value) => saved(request, value),
      (error: unknown) => failed(request, error),
    );
  };
}

/** What the handler gave, once what it has changed is saved. At once where there is nothing to wait for. */
function saved(request: HttpRequest, value: unknown): unknown {
  if (isObservable(value)) return savedObservable(request, value);
  const session = findRequestSession(request);
  const waiting = session?.beforeHead();
  if (!waiting) {
    session?.handlerEnded();
    return value;
  }
  return waiting.then(
    () => {
      session!.handlerEnded();
      return value;
    },
    (error: unknown) => {
      throw refused(request, error);
    },
  );
}

/** Values: saved after the last one, or after the error. Server-sent events: before the first one, later changes are the handler's to save. */
function savedObservable(request: HttpRequest, values: Observable<unknown>): Observable<unknown> {
  return new Observable((subscriber) => {
    const fail = (error: unknown): void => subscriber.error(error);
    const gate = findRequestSession(request)?.sseGate;
    let ready: Promise<void> | undefined;
    const afterFirst = (then: () => void): void => {
      ready ??= saveFirst(request);
      ready.then(then, (error: unknown) => fail(refused(request, error)));
    };
    return values.subscribe(
      gate
        ? {
            next: (value) => afterFirst(() => subscriber.next(value)),
            complete: () => afterFirst(() => subscriber.complete()),
            error: (error: unknown) => afterFirst(() => fail(report(request, error))),
          }
        : {
            next: (value) => subscriber.next(value),
            complete: () => {
              Promise.resolve(saved(request, undefined)).then(() => subscriber.complete(), fail);
            },
            error: (error: unknown) => void failed(request, error).catch(fail),
          },
    );
  });
}

async function saveFirst(request: HttpRequest): Promise<void> {
  const session = findRequestSession(request);
  await session?.beforeHead();
  session?.sseGate?.open();
}

/** What the handler changed before it threw is saved, as in Spring and express-session. */
async function failed(request: HttpRequest, error: unknown): Promise<never> {
  if (FAILED_SAVES.some((type) => error instanceof type)) throw refused(request, error);
  try {
    await findRequestSession(request)?.beforeHead();
  } catch (failure) {
    throw refused(request, failure);
  }
  throw report(request, error);
}

/** Nothing more is saved of this request. @returns the error as the app's filters see it */
function refused(request: HttpRequest, error: unknown): unknown {
  const session = findRequestSession(request);
  session?.giveUp();
  session?.sseGate?.refuse(error);
  return report(request, error);
}

/** The error as the client's side of the app sees it. */
function report(request: HttpRequest, error: unknown): unknown {
  const explained = findRequestSession(request)?.explain(error) ?? error;
  const mapped = mapError(explained) as { getStatus?: () => number };
  if (explained instanceof SessionError && mapped.getStatus?.() === 500) {
    LOGGER.error(explained.message);
  }
  const retryAfter = retryAfterOf(explained);
  const response = responseOf(request);
  if (retryAfter !== undefined && response && !response.headersSent) {
    response.setHeader('Retry-After', retryAfter);
  }
  return mapped;
}

function isRequest(value: unknown): value is HttpRequest {
  return typeof value === 'object' && value !== null && 'headers' in value && 'method' in value;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
