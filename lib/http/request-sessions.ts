import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestSession } from './request-session.js';

/** A request as Nest's adapters pass it: Express' is Node's own, Fastify's wraps it. */
export interface HttpRequest {
  readonly raw?: IncomingMessage;
  readonly res?: ServerResponse;
  session?: unknown;
}

/** A response as Nest's adapters pass it. */
export interface HttpResponse {
  readonly raw?: ServerResponse;
}

const SESSIONS = new WeakMap<IncomingMessage, RequestSession>();
const RESPONSES = new WeakMap<IncomingMessage, ServerResponse>();

/** Node's own request. */
export function rawRequest(request: HttpRequest): IncomingMessage {
  return request.raw ?? (request as unknown as IncomingMessage);
}

/** Node's own response. */
export function rawResponse(response: HttpResponse): ServerResponse {
  return response.raw ?? (response as unknown as ServerResponse);
}

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
