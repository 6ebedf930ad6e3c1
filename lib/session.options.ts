import { ValidateIf, ValidateNested } from 'class-validator';
import type { Duration } from './core/duration.js';
import type { MergePolicy } from './core/merge.js';
import { CookieOptions } from './options/cookie.options.js';
import { CsrfOptions } from './options/csrf.options.js';
import { LimitsOptions } from './options/limits.options.js';
import { isLocalCopy, isNoCopySwitch, LocalCopyOptions } from './options/local-copy.options.js';
import { isEventsOption, type EventsOption } from './options/events-check.js';
import { areMergePolicies } from './options/merge-check.js';
import type { StoreDownPolicy } from './http/store-down-policy.js';
import { Check, CheckAlways } from './options/option-check.js';
import type { SessionRedisOptions } from './options/redis.options.js';
import { isSessionSchema } from './options/schema-check.js';
import { isSessionLimit, type SessionLimitOption } from './options/session-limit-check.js';
import type { SessionSchemaOption } from './options/schema.options.js';
import { isCsrf, isNoSwitch } from './options/csrf-checks.js';
import { isKeyPrefix, isRefusedInProduction } from './options/root-checks.js';
import { isKeyRing, isPepper } from './options/secret-checks.js';
import { isGroup, isOneOf, isSwitch } from './options/simple-checks.js';
import { isRedisGroup, isStoreChosen } from './options/store-checks.js';
import {
  TimeoutsOptions,
  type AnonymousTimeoutsOptions,
  type RememberOptions,
} from './options/timeouts.options.js';
import { isTransport, type TransportOption } from './options/transport-check.js';
import { isDuration, isDurationOrOff } from './options/unit-checks.js';

/**
 * Options of SessionModule with their defaults. A wrong, missing or dangerous one stops the boot with a
 * SessionOptionsError that names each of them, what was given, what is expected and how to mend it.
 */
export class SessionModuleOptions {
  /**
   * Signs and verifies tokens: at least 32 random bytes of text, from the environment. Of several the first signs and all
   * verify, so that a new one can be put in front while sessions under the old one live. No default.
   * The type takes undefined as `process.env` gives it; the boot does not.
   */
  @CheckAlways(isKeyRing) secret: SessionSecretOption = undefined;

  /**
   * Keys the digest of user ids in the names of Redis keys: at least 32 random bytes of text, never rotated while sessions
   * live. Default none: who can read key names can then test guesses of user ids.
   */
  @Check(isPepper) pepper?: string;

  /**
   * Where sessions are kept: `{ nodes, options }` or `{ client }` of ioredis. Default none: the memory of this process, with
   * a warning, and refused in production.
   */
  @Check(isRedisGroup) @ValidateNested() redis?: SessionRedisOptions;

  /** 'memory' asks for the embedded store by name, in production too: one process, nothing survives it. Default by `redis`. */
  @CheckAlways(isStoreChosen) store?: 'memory';

  /** First part of all keys in Redis: 1 to 64 printable ASCII characters, no braces or spaces; default 'sess:'. */
  @Check(isKeyPrefix) keyPrefix: string = 'sess:';

  /** The session's cookie; default `__Host-sid`, Secure, HttpOnly, SameSite=Lax, Path=/. */
  @Check(isGroup) @ValidateNested() cookie: Partial<CookieOptions> = new CookieOptions();

  /** For plain http on other hosts than localhost while developing: a cookie without Secure and prefix; default false. Refused in production. */
  @Check(isRefusedInProduction) insecureDev: boolean = false;

  /** How the token travels: 'cookie', 'bearer', several in order, or a SessionTransport of your own; default 'cookie'. */
  @Check(isTransport) transport: TransportOption = 'cookie';

  /** When sessions end; default after 30 minutes without a request and 12 hours in all, 24 for visitors without login. */
  @Check(isGroup) @ValidateNested() timeouts: SessionTimeoutsOption = new TimeoutsOptions();

  /**
   * Allows `login(userId, { remember: true })`: sessions with an end of their own, in a cookie that the browser keeps. `{}` for 14 days
   * without a request and 30 days in all; default off.
   */
  @Check(isGroup) @ValidateNested() remember?: Partial<RememberOptions>;

  /** What the data must look like: a class-validator class, a Standard Schema, or `{ type, whole, version, migrate }`; default anything. */
  @Check(isSessionSchema) schema?: SessionSchemaOption;

  /** Stored data that the schema refuses: 'drop' the field, 'reset' the session's data or 'fail' the request; default 'drop'. */
  @Check(isOneOf(['drop', 'reset', 'fail'])) onInvalidData: 'drop' | 'reset' | 'fail' = 'drop';

  /** How parallel changes of one field become one, by field; default `{}`: each field 'deep'. */
  @Check(areMergePolicies) merge: Readonly<Record<string, MergePolicy>> = {};

  /** How much a session may hold; default 64 KiB in all, 16 KiB a field, 128 fields, 8 levels. */
  @Check(isGroup) @ValidateNested() limits: Partial<LimitsOptions> = new LimitsOptions();

  /**
   * How many sessions a user may have: a number, 'unlimited', a function of user id and roles, or `{ limit, atLimit }`; default 50, and
   * a login beyond it ends the oldest.
   */
  @Check(isSessionLimit) maxSessionsPerUser: SessionLimitOption = 50;

  /**
   * Whether requests that another site may have started are refused (CSRF): `{ origins, header }`, or false for an app that sees to it by
   * itself; default on, wherever a cookie carries the token.
   */
  @ValidateIf(isNoSwitch)
  @Check(isCsrf)
  @ValidateNested()
  csrf: boolean | Partial<CsrfOptions> = new CsrfOptions();

  /** True asks for a login on every route but those with @Public(); default false. */
  @Check(isSwitch) authenticatedByDefault: boolean = false;

  /**
   * What SessionEvents and @OnSessionEvent() tell of: true what happens in this process, `{ cluster: true }` in every process,
   * `{ expired: true }` also of sessions that ended by their own time; default true. False turns them off.
   */
  @Check(isEventsOption) events: EventsOption = true;

  /** Time for each operation on the store, retries included. Milliseconds or '500ms'; default 500 ms, from 50 ms to 30 s. */
  @Check(isDuration('50ms', '30s')) deadline: Duration = 500;

  /**
   * Time for an operation while the node it needs is failing over, so that a master's death costs latency and no errors. Give it one and a
   * half times the cluster-node-timeout and two seconds; default 5 s, which is enough for 2 s, up to 60 s; 0: no longer than `deadline`.
   */
  @Check(isDurationOrOff('50ms', '60s')) failoverDeadline: Duration = '5s';

  /**
   * What becomes of a request whose session the store can't give: 'reject' answers 503; 'anonymous-readonly' lets handlers that need no
   * login run with an empty session, in which every change throws. Default 'reject'; by route with @OnStoreDown().
   */
  @Check(isOneOf(['reject', 'anonymous-readonly'])) onStoreDown: StoreDownPolicy = 'reject';

  /**
   * When a save of data is done: 'async' as soon as the master has it; 'replicated' when a replica has it too, or after 150 ms without
   * one, which the event `degraded` and `save()` tell of; default 'async'. Logins and what takes rights away always wait for one.
   */
  @Check(isOneOf(['async', 'replicated'])) durability: 'async' | 'replicated' = 'async';

  /**
   * Keeps what large sessions hold in each process, and asks Redis with each request only whether that still is what they hold: for handlers
   * that load whole sessions. True, or `{ from, maxBytes, maxEntries }`; default false. With the embedded store there is nothing to copy.
   */
  @ValidateIf(isNoCopySwitch)
  @Check(isLocalCopy)
  @ValidateNested()
  localCopy: boolean | Partial<LocalCopyOptions> = false;

  /** True makes the session available without a request, by SessionService.current() (AsyncLocalStorage); default false. */
  @Check(isSwitch) context: boolean = false;

  /**
   * Has Node make the requests and responses of an Express app as Express wants them, where Express would change each: that spares most of
   * what Nest on Express costs with Node 20 and 22, and little with 24. Default true; false leaves the server as it is.
   */
  @Check(isSwitch) expressClasses: boolean = true;

  /** False leaves out the look at Redis' settings at boot; default true: one line of warning for each that loses sessions. SessionDoctor looks when asked. */
  @Check(isSwitch) doctor: boolean = true;

  /** False leaves SessionGuard to the app; default true: it is the first global guard. */
  @Check(isSwitch) guard: boolean = true;

  /** False gives the providers only to modules that import SessionModule; default true. */
  @Check(isSwitch) isGlobal: boolean = true;
}

/** One secret or several; undefined where an environment variable is not set, which the boot refuses. */
export type SessionSecretOption = string | undefined | readonly (string | undefined)[];

/** `timeouts` as given: what is left out has its default. */
export type SessionTimeoutsOption = Partial<Omit<TimeoutsOptions, 'anonymous'>> & {
  readonly anonymous?: Partial<AnonymousTimeoutsOptions>;
};

/** What SessionModule.forRoot takes: `secret`, and of the other options those that differ from their default. */
export type SessionModuleOptionsInput = Pick<SessionModuleOptions, 'secret'> &
  Partial<Omit<SessionModuleOptions, 'secret'>>;
