// Module
export { SessionModule } from './session.module.js';
export type { SessionModuleAsyncOptions, SessionOptionsFactory } from './session.async-options.js';
export { SessionModuleOptions, type SessionModuleOptionsInput } from './session.options.js';
export { SESSION_REDIS } from './session.tokens.js';

// Use
export { Session, type SessionFieldOptions } from './decorators/session.decorator.js';
export { SessionWriter } from './decorators/session-writer.decorator.js';
export { Merge } from './decorators/merge.decorator.js';
export {
  Aal,
  Auth,
  Authenticated,
  FreshLogin,
  Public,
  Roles,
  type AuthDecorators,
} from './decorators/auth.decorators.js';
export { Principal } from './decorators/principal.decorator.js';
export { OnSessionEvent } from './decorators/on-session-event.decorator.js';
export { OnStoreDown } from './decorators/on-store-down.decorator.js';
export { SkipCsrf } from './decorators/skip-csrf.decorator.js';
export { UseSession } from './decorators/use-session.decorator.js';
export {
  SessionRegistry,
  type RegistryResult,
  type RevokeResult,
  type SessionPage,
  type SessionPageOptions,
} from './auth/session-registry.js';
export type { SessionInfo } from './core/auth/user-sessions.js';
export { SessionEvents } from './events/session-events.js';
export type { SessionEvent, SessionEventType } from './core/session-event.js';
export { SessionDoctor } from './doctor/session-doctor.js';
export type { DoctorFinding, DoctorFindingId, DoctorSeverity } from './doctor/doctor-finding.js';
export {
  SessionService,
  type OpenedLogin,
  type SessionInspection,
} from './http/session.service.js';
export type {
  RotateResult,
  SaveOptions,
  SaveResult,
  SessionData,
  SessionMembers,
} from './core/session.js';

export type {
  ElevateOptions,
  ElevateResult,
  LoginOptions,
  LoginResult,
  LogoutOptions,
  LogoutResult,
} from './core/auth/login-options.js';
export type { AssuranceLevel } from './core/auth/principal.js';

// Extend
export { SessionGuard } from './http/session.guard.js';
export {
  SessionTransport,
  type TokenKeeping,
  type TokenReading,
  type TransportRequest,
  type TransportResponse,
} from './http/session-transport.js';
export type { StoreDownPolicy } from './http/store-down-policy.js';
export { SESSION_TOKEN_HEADER } from './http/bearer-transport.js';
export { SessionStore } from './core/session-store.js';
export { RedisSessionStore } from './redis/redis-session-store.js';
export { MemorySessionStore } from './memory/memory-session-store.js';
export type { MergeFunction, MergePolicy } from './core/merge.js';

// Errors
export {
  SessionClosedError,
  SessionConflictError,
  SessionCsrfError,
  SessionEndedError,
  SessionError,
  SessionFieldNotLoadedError,
  SessionForbiddenError,
  SessionInvalidError,
  SessionLoginRefusedError,
  SessionLoginRequiredError,
  SessionOptionsError,
  SessionStoreUnavailableError,
  SessionTooLargeError,
  type CsrfReason,
  type LoginRequiredReason,
  type SessionEndReason,
  type SessionErrorCode,
} from './core/errors.js';
export type { SessionErrorBody } from './http/session-exceptions.js';
