import type { IncomingMessage, ServerResponse } from 'node:http';
import { rawRequest, type HttpRequest } from './http-request.js';
import type { RequestSession } from './request-session.js';

const SESSIONS = new WeakMap<IncomingMessage, RequestSession>();
const RESPONSES = new WeakMap<IncomingMessage, ServerResponse>();

/** Remembers which response belongs to a request, where the request does not say it. */
export function linkResponse(request: IncomingMessage, response: ServerResponse): void {
  RESPONSES.set(request, response);
}

/** The response that belongs to a request, if it is known. */
export function responseOf(request: HttpRequest): ServerResponse | undefined {
  return request.res ?? RESPONSES.get(rawRequest(request));
}

/** The session of a request, if one was started. */
export function findRequestSession(request: HttpRequest): RequestSession | undefined {
  return SESSIONS.get(rawRequest(request));
}

/** Makes the session that of its request. */
export function keepRequestSession(request: HttpRequest, session: RequestSession): void {
  SESSIONS.set(rawRequest(request), session);
}
