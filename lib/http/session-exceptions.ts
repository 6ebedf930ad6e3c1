import { HttpException, HttpStatus } from '@nestjs/common';
import {
  SessionConflictError,
  SessionCsrfError,
  SessionEndedError,
  SessionError,
  SessionForbiddenError,
  SessionLoginRefusedError,
  SessionLoginRequiredError,
  SessionStoreUnavailableError,
  SessionTooLargeError,
  type SessionErrorCode,
} from '../core/errors.js';

/** Body of the answer to a failed session operation. */
export interface SessionErrorBody {
  /** The status of the response. */
  readonly statusCode: number;
  /** What went wrong, as the client may know it. */
  readonly message: string;
  /** What went wrong, for programs. */
  readonly code: SessionErrorCode;
  /** Of refused logins, routes and requests: why. */
  readonly reason?: string;
}

/**
 * The error as an HttpException, so that the app's `@Catch(HttpException)` filters see it; the error itself is its
 * `cause`. What the server did wrong is not told to the client.
 */
export function toHttpException(error: SessionError): HttpException {
  const statusCode = statusOf(error);
  const message = messageOf(error, statusCode);
  const reason = statusCode < 500 ? (error as { reason?: string }).reason : undefined;
  const body: SessionErrorBody = {
    statusCode,
    message,
    code: error.code,
    ...(reason && { reason }),
  };
  return new HttpException(body, statusCode, { cause: error });
}

/** Seconds for the header Retry-After, where waiting helps. */
export function retryAfterOf(error: unknown): number | undefined {
  return error instanceof SessionStoreUnavailableError ? error.retryAfter : undefined;
}

/** An app's own error as it is, one of this library as an HttpException. */
export function mapError(error: unknown): unknown {
  return error instanceof SessionError ? toHttpException(error) : error;
}

function statusOf(error: SessionError): number {
  if (error instanceof SessionStoreUnavailableError) return HttpStatus.SERVICE_UNAVAILABLE;
  if (error instanceof SessionConflictError) return HttpStatus.CONFLICT;
  if (error instanceof SessionEndedError) return HttpStatus.CONFLICT;
  if (error instanceof SessionLoginRequiredError) return HttpStatus.UNAUTHORIZED;
  if (error instanceof SessionForbiddenError) return HttpStatus.FORBIDDEN;
  if (error instanceof SessionCsrfError) return HttpStatus.FORBIDDEN;
  if (error instanceof SessionLoginRefusedError) return HttpStatus.FORBIDDEN;
  if (error instanceof SessionTooLargeError) return HttpStatus.PAYLOAD_TOO_LARGE;
  return HttpStatus.INTERNAL_SERVER_ERROR;
}

function messageOf(error: SessionError, statusCode: number): string {
  if (statusCode === Number(HttpStatus.SERVICE_UNAVAILABLE)) {
    return 'The session store is unavailable; nothing was answered for you. Try again shortly.';
  }
  return statusCode >= 500 ? 'Internal server error' : error.message;
}
