// Module
export { SessionModule } from './session.module.js';
export type { SessionModuleAsyncOptions, SessionOptionsFactory } from './session.async-options.js';
export { SessionModuleOptions, type SessionModuleOptionsInput } from './session.options.js';
export { SESSION_REDIS } from './session.tokens.js';

// Use
export { Session, type SessionFieldOptions } from './decorators/session.decorator.js';
export { Merge } from './decorators/merge.decorator.js';
export { UseSession } from './decorators/use-session.decorator.js';
export { SessionService, type SessionInspection } from './http/session.service.js';
export type { RotateResult, SaveResult, SessionData, SessionMembers } from './core/session.js';

// Extend
export { SessionGuard } from './http/session.guard.js';
export {
  SessionTransport,
  type TokenReading,
  type TransportRequest,
  type TransportResponse,
} from './http/session-transport.js';
export { SESSION_TOKEN_HEADER } from './http/bearer-transport.js';
export { SessionStore } from './core/session-store.js';
export { RedisSessionStore } from './redis/redis-session-store.js';
export { MemorySessionStore } from './memory/memory-session-store.js';
export type { MergeFunction, MergePolicy } from './core/merge.js';

// Errors
export {
  SessionClosedError,
  SessionConflictError,
  SessionEndedError,
  SessionError,
  SessionFieldNotLoadedError,
  SessionInvalidError,
  SessionOptionsError,
  SessionStoreUnavailableError,
  SessionTooLargeError,
  type SessionEndReason,
  type SessionErrorCode,
} from './core/errors.js';
export type { SessionErrorBody } from './http/session-exceptions.js';
