import type { IncomingMessage, ServerResponse } from 'node:http';
import { rawRequest, type HttpRequest } from './http-request.js';
import type { RequestSession } from './request-session.js';

// Weak maps would do as well, but a map that is old keeps what is put into it over all short rounds of the garbage collector: each request
// would be copied twice and live on until a long one.
const SESSION = Symbol('session');
const RESPONSE = Symbol('response');

interface Marked extends IncomingMessage {
  [SESSION]?: RequestSession;
  [RESPONSE]?: ServerResponse;
}

/** Remembers which response belongs to a request, where the request does not say it. */
export function linkResponse(request: IncomingMessage, response: ServerResponse): void {
  (request as Marked)[RESPONSE] = response;
}

/** The response that belongs to a request, if it is known. */
export function responseOf(request: HttpRequest): ServerResponse | undefined {
  return request.res ?? (rawRequest(request) as Marked)[RESPONSE];
}

/** The session of a request, if one was started. */
export function findRequestSession(request: HttpRequest): RequestSession | undefined {
  return (rawRequest(request) as Marked)[SESSION];
}

/** Makes the session that of its request. */
export function keepRequestSession(request: HttpRequest, session: RequestSession): void {
  (rawRequest(request) as Marked)[SESSION] = session;
}
