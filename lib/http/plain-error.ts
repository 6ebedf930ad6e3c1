import type { ServerResponse } from 'node:http';
import { HttpStatus } from '@nestjs/common';
import { SessionError } from '../core/errors.js';
import { retryAfterOf, toHttpException, type SessionErrorBody } from './session-exceptions.js';

/** Headers that speak of the answer that was dropped. */
const OF_THE_DROPPED =
  /^(content-|etag$|last-modified$|location$|transfer-encoding$|trailer$|accept-ranges$)/;

/** Answers with the error alone, in place of what the app had written but nobody has seen. */
export function writePlainError(
  response: ServerResponse,
  error: unknown,
  send: (status: number, body: string) => void,
): void {
  for (const name of response.getHeaderNames()) {
    if (OF_THE_DROPPED.test(name)) response.removeHeader(name);
  }
  const body = bodyOf(error);
  const text = JSON.stringify(body);
  const retryAfter = retryAfterOf(error);
  if (retryAfter !== undefined) response.setHeader('Retry-After', retryAfter);
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(text));
  send(body.statusCode, text);
}

function bodyOf(error: unknown): SessionErrorBody | { statusCode: number; message: string } {
  if (error instanceof SessionError)
    return toHttpException(error).getResponse() as SessionErrorBody;
  return { statusCode: HttpStatus.INTERNAL_SERVER_ERROR, message: 'Internal server error' };
}
