import type { IncomingMessage, ServerResponse } from 'node:http';

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

/** Node's own request. */
export function rawRequest(request: HttpRequest): IncomingMessage {
  return request.raw ?? (request as unknown as IncomingMessage);
}

/** Node's own response. */
export function rawResponse(response: HttpResponse): ServerResponse {
  return response.raw ?? (response as unknown as ServerResponse);
}
