import type { Type } from '@nestjs/common';
import type { Cluster, ClusterOptions, Redis } from 'ioredis';
import type { SessionLimit } from '../core/auth/session-limit.js';
import type { MergePolicy } from '../core/merge.js';
import type { SessionTransport } from '../http/session-transport.js';
import type { StoreDownPolicy } from '../http/store-down-policy.js';
import type { SameSite } from './cookie.options.js';
import type { ResolvedEventsOptions } from './events-check.js';
import type { NodeAddress } from './redis-nodes-check.js';
import type { SchemaMigration, SchemaType } from './schema.options.js';
import type { TransportName } from './transport-check.js';

/** Redis by nodes: the library makes the client. */
export interface ResolvedRedisNodes {
  /** Each with its port. */
  readonly nodes: readonly NodeAddress[];
  /** As given; with `redisOptions.tls` where the nodes were given as 'rediss://'. */
  readonly options: ClusterOptions;
  /** Not beside `nodes`. */
  readonly client?: undefined;
}

/** Redis by a client of the app's own. */
export interface ResolvedRedisClient {
  /** As given. */
  readonly client: Cluster | Redis;
  /** Not beside `client`. */
  readonly nodes?: undefined;
  /** Not beside `client`. */
  readonly options?: undefined;
}

/** `redis` in its long form. */
export type ResolvedRedisOptions = ResolvedRedisNodes | ResolvedRedisClient;

/** The attributes of the cookie as they are sent; HttpOnly goes without saying. */
export interface ResolvedCookieOptions {
  /** Without its prefix under `insecureDev`. */
  readonly name: string;
  /** '/' unless given. */
  readonly path: string;
  /** Undefined for the host that sets the cookie only. */
  readonly domain: string | undefined;
  /** 'lax' unless given. */
  readonly sameSite: SameSite;
  /** False only under `insecureDev`. */
  readonly secure: boolean;
  /** False unless given. */
  readonly partitioned: boolean;
}

/** Ends of sessions in milliseconds. */
export interface ResolvedEnds {
  /** Milliseconds without a request. */
  readonly idle: number;
  /** Milliseconds in all; never less than `idle`. */
  readonly absolute: number;
}

/** `timeouts` in milliseconds. */
export interface ResolvedTimeouts extends ResolvedEnds {
  /** Milliseconds after which a session gets a new token; undefined: never. */
  readonly rotate: number | undefined;
  /** For visitors who have not logged in. */
  readonly anonymous: ResolvedEnds;
}

/** `schema` in its long form. */
export interface ResolvedSchemaOptions {
  /** The class or Standard Schema as given. */
  readonly type: SchemaType;
  /** Whether the session is checked as a whole; false unless given. */
  readonly whole: boolean;
  /** 0 where none was given. */
  readonly version: number;
  /** There whenever `version` is not 0. */
  readonly migrate: SchemaMigration | undefined;
}

/** `limits` in bytes and counts. */
export interface ResolvedLimits {
  /** Bytes. */
  readonly session: number;
  /** Bytes; never more than `session`. */
  readonly field: number;
  /** Count. */
  readonly fields: number;
  /** Levels. */
  readonly depth: number;
}

/** `localCopy` in bytes and counts. */
export interface ResolvedLocalCopy {
  /** Bytes of a session's names and texts. */
  readonly from: number;
  /** Bytes; never less than `from`. */
  readonly maxBytes: number;
  /** Count. */
  readonly maxEntries: number;
}

/** `csrf` in its long form. */
export interface ResolvedCsrfOptions {
  /** As browsers write them in the header Origin. */
  readonly origins: readonly string[];
  /** In lower case. */
  readonly header: string;
  /** Cookie of visitors without a session: `__Host-sid-csrf` for a session cookie `__Host-sid`. */
  readonly cookieName: string;
}

/** The options as the rest of the library reads them: checked, with defaults, in milliseconds and bytes, frozen. */
export interface ResolvedSessionOptions {
  /** The first signs, all verify. Hidden where the options are printed. */
  readonly secret: readonly string[];
  /** Keys the digest of user ids. Hidden where the options are printed. */
  readonly pepper: string | undefined;
  /** Undefined for the embedded store. */
  readonly redis: ResolvedRedisOptions | undefined;
  /** First part of all keys. */
  readonly keyPrefix: string;
  /** The session's cookie. */
  readonly cookie: ResolvedCookieOptions;
  /** True for plain http on other hosts than localhost. */
  readonly insecureDev: boolean;
  /** Names in the order in which they are tried, or the app's own transport (a class or an instance). */
  readonly transport: readonly TransportName[] | SessionTransport | Type<SessionTransport>;
  /** Milliseconds. */
  readonly timeouts: ResolvedTimeouts;
  /** Ends of remembered sessions; undefined where nobody is remembered. */
  readonly remember: ResolvedEnds | undefined;
  /** Undefined where any data fits. */
  readonly schema: ResolvedSchemaOptions | undefined;
  /** What becomes of stored data that does not fit the schema. */
  readonly onInvalidData: 'drop' | 'reset' | 'fail';
  /** Without a prototype; a field that is not in it has the policy 'deep'. */
  readonly merge: Readonly<Record<string, MergePolicy>>;
  /** Bytes and counts. */
  readonly limits: ResolvedLimits;
  /** How many sessions a user may have; Infinity for any number. */
  readonly maxSessionsPerUser: SessionLimit;
  /** Undefined where requests are not checked. */
  readonly csrf: ResolvedCsrfOptions | undefined;
  /** Whether a route without @Public() needs a login. */
  readonly authenticatedByDefault: boolean;
  /** Which events there are. */
  readonly events: ResolvedEventsOptions;
  /** Milliseconds for each operation on the store. */
  readonly deadline: number;
  /** Milliseconds for one whose node is failing over; 0: no longer than `deadline`. */
  readonly failoverDeadline: number;
  /** Of handlers that say nothing. */
  readonly onStoreDown: StoreDownPolicy;
  /** When a save of data is done. */
  readonly durability: 'async' | 'replicated';
  /** Undefined where no session is copied. */
  readonly localCopy: ResolvedLocalCopy | undefined;
  /** Whether the session is available without a request. */
  readonly context: boolean;
  /** Whether Redis' settings are looked at while the app starts. */
  readonly doctor: boolean;
  /** Whether an Express app's requests and responses are made with their prototypes. */
  readonly expressClasses: boolean;
  /** Whether SessionGuard is a global guard. */
  readonly guard: boolean;
  /** Whether all modules see the providers. */
  readonly isGlobal: boolean;
  /** Sentences to log at boot. */
  readonly warnings: readonly string[];
}
