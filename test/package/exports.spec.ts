import { join } from 'node:path';
import { exportsOf } from './module-imports.js';
import { ROOT } from './packed-library.js';

// What is in these lists is promised to users: a name that goes, or is no value any more, breaks their apps.

describe('nest-session', () => {
  it('exports these names', () => {
    expect(exportsOf(join(ROOT, 'lib/index.ts')).sort()).toEqual([
      'Aal',
      'Auth',
      'Authenticated',
      'FreshLogin',
      'MemorySessionStore',
      'Merge',
      'Principal',
      'Public',
      'RedisSessionStore',
      'Roles',
      'SESSION_REDIS',
      'SESSION_TOKEN_HEADER',
      'Session',
      'SessionClosedError',
      'SessionConflictError',
      'SessionEndedError',
      'SessionError',
      'SessionFieldNotLoadedError',
      'SessionForbiddenError',
      'SessionGuard',
      'SessionInvalidError',
      'SessionLoginRefusedError',
      'SessionLoginRequiredError',
      'SessionModule',
      'SessionModuleOptions',
      'SessionOptionsError',
      'SessionRegistry',
      'SessionService',
      'SessionStore',
      'SessionStoreUnavailableError',
      'SessionTooLargeError',
      'SessionTransport',
      'UseSession',
      'type AssuranceLevel',
      'type AuthDecorators',
      'type ElevateOptions',
      'type ElevateResult',
      'type LoginOptions',
      'type LoginRequiredReason',
      'type LoginResult',
      'type LogoutOptions',
      'type LogoutResult',
      'type MergeFunction',
      'type MergePolicy',
      'type OpenedLogin',
      'type RegistryResult',
      'type RevokeResult',
      'type RotateResult',
      'type SaveResult',
      'type SessionData',
      'type SessionEndReason',
      'type SessionErrorBody',
      'type SessionErrorCode',
      'type SessionFieldOptions',
      'type SessionInfo',
      'type SessionInspection',
      'type SessionMembers',
      'type SessionModuleAsyncOptions',
      'type SessionModuleOptionsInput',
      'type SessionOptionsFactory',
      'type SessionPage',
      'type SessionPageOptions',
      'type TokenReading',
      'type TransportRequest',
      'type TransportResponse',
    ]);
  });
});

describe('nest-session/testing', () => {
  it('exports these names', () => {
    expect(exportsOf(join(ROOT, 'lib/testing/index.ts')).sort()).toEqual([
      'RedisServerNotFoundError',
      'RedisTestCluster',
      'RedisTestServer',
      'findRedisServer',
      'startRedisCluster',
      'startRedisServer',
      'type FindRedisServerOptions',
      'type RedisClusterOptions',
      'type RedisServerBinary',
      'type RedisServerOptions',
      'type RedisTestNode',
      'type Reply',
      'type ServerAddress',
      'type SlotRange',
    ]);
  });
});
