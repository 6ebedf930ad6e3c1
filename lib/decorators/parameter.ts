import type { ExecutionContext } from '@nestjs/common';
import { SessionClosedError } from '../core/errors.js';
import type { HttpRequest } from '../http/http-request.js';
import type { RequestSession } from '../http/request-session.js';
import { findRequestSession } from '../http/request-sessions.js';

/** The session of the request a parameter belongs to. @throws SessionClosedError where the guard did not run */
export function requestSession(context: ExecutionContext): RequestSession {
  const session = findRequestSession(context.switchToHttp().getRequest<HttpRequest>());
  if (session) return session;
  throw new SessionClosedError(
    `A parameter of ${context.getClass().name} found no session: SessionGuard did not run. Import SessionModule.forRoot() in the app, or with guard: false put SessionGuard before this handler.`,
  );
}

/** A ValidationPipe with `validateCustomDecorators` would copy and strip the live object by its declared type; `Object` it leaves alone. */
export function hideParameterType(target: object, method: string | symbol, index: number): void {
  const types = Reflect.getOwnMetadata('design:paramtypes', target, method) as
    unknown[] | undefined;
  if (types) types[index] = Object;
}
