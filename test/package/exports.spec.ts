import { join } from 'node:path';
import { exportsOf } from './module-imports.js';
import { ROOT } from './packed-library.js';

// What is in these lists is promised to users: a name that goes, or is no value any more, breaks their apps.

describe('nest-session', () => {
  it('exports these names', () => {
    expect(exportsOf(join(ROOT, 'lib/index.ts')).sort()).toEqual([
      'MemorySessionStore',
      'Merge',
      'RedisSessionStore',
      'SESSION_REDIS',
      'SESSION_TOKEN_HEADER',
      'Session',
      'SessionClosedError',
      'SessionConflictError',
      'SessionEndedError',
      'SessionError',
      'SessionFieldNotLoadedError',
      'SessionGuard',
      'SessionInvalidError',
      'SessionModule',
      'SessionModuleOptions',
      'SessionOptionsError',
      'SessionService',
      'SessionStore',
      'SessionStoreUnavailableError',
      'SessionTooLargeError',
      'SessionTransport',
      'UseSession',
      'type MergeFunction',
      'type MergePolicy',
      'type RotateResult',
      'type SaveResult',
      'type SessionData',
      'type SessionEndReason',
      'type SessionErrorBody',
      'type SessionErrorCode',
      'type SessionFieldOptions',
      'type SessionInspection',
      'type SessionMembers',
      'type SessionModuleAsyncOptions',
      'type SessionModuleOptionsInput',
      'type SessionOptionsFactory',
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
