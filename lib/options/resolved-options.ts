import type { Type } from '@nestjs/common';
import type { Cluster, ClusterOptions, Redis } from 'ioredis';
import type { MergePolicy } from '../core/merge.js';
import type { SessionTransport } from '../http/session-transport.js';
import type { SameSite } from './cookie.options.js';
import type { NodeAddress } from './redis-nodes-check.js';
import type { SchemaMigration, SchemaType } from './schema.options.js';
import type { TransportName } from './transport-check.js';

/** Redis by nodes, of which the library makes a client, or by a client of the app's own. */
export type ResolvedRedisOptions =
  | {
      readonly nodes: readonly NodeAddress[];
      /** As given; with `redisOptions.tls` where the nodes were given as 'rediss://'. */
      readonly options: ClusterOptions;
      readonly client?: undefined;
    }
  | { readonly client: Cluster | Redis; readonly nodes?: undefined; readonly options?: undefined };

/** The attributes of the cookie as they are sent. */
export interface ResolvedCookieOptions {
  /** Without its prefix under `insecureDev`. */
  readonly name: string;
  readonly path: string;
  readonly domain: string | undefined;
  readonly sameSite: SameSite;
  /** False only under `insecureDev`. */
  readonly secure: boolean;
  readonly partitioned: boolean;
}

/** Ends of sessions in milliseconds. */
export interface ResolvedEnds {
  readonly idle: number;
  readonly absolute: number;
}

/** `schema` in its long form. */
export interface ResolvedSchemaOptions {
  readonly type: SchemaType;
  readonly whole: boolean;
  /** 0 where none was given. */
  readonly version: number;
  readonly migrate: SchemaMigration | undefined;
}

/** `limits` in bytes and counts. */
export interface ResolvedLimits {
  readonly session: number;
  readonly field: number;
  readonly fields: number;
  readonly depth: number;
}

/** The options as the rest of the library reads them: checked, with defaults, in milliseconds and bytes, frozen. */
export interface ResolvedSessionOptions {
  /** The first signs, all verify. Left out where the options are printed. */
  readonly secret: readonly string[];
  /** Left out where the options are printed. */
  readonly pepper: string | undefined;
  /** Undefined for the embedded store. */
  readonly redis: ResolvedRedisOptions | undefined;
  readonly keyPrefix: string;
  readonly cookie: ResolvedCookieOptions;
  readonly insecureDev: boolean;
  /** Names in the order in which they are tried, or the app's own transport (a class or an instance). */
  readonly transport: readonly TransportName[] | SessionTransport | Type<SessionTransport>;
  /** Milliseconds. */
  readonly timeouts: ResolvedEnds & { readonly anonymous: ResolvedEnds };
  readonly schema: ResolvedSchemaOptions | undefined;
  readonly onInvalidData: 'drop' | 'reset' | 'fail';
  /** Without a prototype; a field that is not in it has the policy 'deep'. */
  readonly merge: Readonly<Record<string, MergePolicy>>;
  readonly limits: ResolvedLimits;
  /** Milliseconds. */
  readonly deadline: number;
  readonly context: boolean;
  readonly guard: boolean;
  readonly isGlobal: boolean;
  /** Sentences to log at boot. */
  readonly warnings: readonly string[];
}
