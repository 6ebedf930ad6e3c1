import type { HttpRequest } from './http-request.js';
import { findRequestSession } from './request-sessions.js';

/**
 * Makes a session that was opened `request.session`, where Nest's own `@Session()` reads it, unless something else is there. By the
 * prototype of the app's requests where there is one: not every request then makes a view that few ask for.
 */
export function exposeSession(request: HttpRequest): void {
  if (!('session' in request)) {
    const prototype = Object.getPrototypeOf(request) as object;
    const isOfApp = request.raw !== undefined || isOfExpress(prototype);
    Object.defineProperty(isOfApp ? prototype : request, 'session', EXPOSED);
  } else if (Object.hasOwn(request, 'session') && request.session === undefined) {
    request.session = findRequestSession(request)?.openView;
  }
}

/** Whether all requests of one Express app inherit from this object: it is there to be changed ("Overriding the Express API"). */
function isOfExpress(prototype: object): boolean {
  if (!Object.hasOwn(prototype, 'app')) return false;
  return (prototype as { app: { request: unknown } }).app.request === prototype;
}

const EXPOSED: PropertyDescriptor & ThisType<HttpRequest> = {
  configurable: true,
  get() {
    return findRequestSession(this)?.openView;
  },
  set(value: unknown) {
    Object.defineProperty(this, 'session', {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  },
};
