import type { SessionLimit } from '../core/auth/session-limit.js';
import { parseBytes } from '../core/bytes.js';
import { parseDuration } from '../core/duration.js';
import type { BuiltOptions } from './build-options.js';
import { withoutPrefix } from './cookie-rules.js';
import { CsrfOptions } from './csrf.options.js';
import { convertEvents } from './events-check.js';
import { LocalCopyOptions } from './local-copy.options.js';
import { normalizedOrigin } from './origins.js';
import { isTlsNode, nodeAddress } from './redis-nodes-check.js';
import type { SessionRedisOptions } from './redis.options.js';
import type {
  ResolvedCookieOptions,
  ResolvedCsrfOptions,
  ResolvedEnds,
  ResolvedLimits,
  ResolvedLocalCopy,
  ResolvedRedisOptions,
  ResolvedSchemaOptions,
  ResolvedSessionOptions,
  ResolvedTimeouts,
} from './resolved-options.js';
import { isSchemaType } from './schema-type-check.js';
import type { SessionSchemaOption } from './schema.options.js';
import type { SessionLimitOption } from './session-limit-check.js';
import type { AnonymousTimeoutsOptions } from './timeouts.options.js';
import { isNamedTransport, type TransportOption } from './transport-check.js';

/** Options that passed all checks, in the units and shapes the library works with. */
export function convertOptions(
  options: BuiltOptions,
  warnings: readonly string[],
): ResolvedSessionOptions {
  const {
    keyPrefix,
    insecureDev,
    onInvalidData,
    context,
    doctor,
    expressClasses,
    guard,
    isGlobal,
    timeouts,
  } = options;
  return {
    secret: [options.secret].flat().filter((secret) => secret !== undefined),
    pepper: options.pepper,
    redis: options.redis === undefined ? undefined : convertRedis(options.redis),
    keyPrefix,
    cookie: convertCookie(options),
    insecureDev,
    transport: convertTransport(options.transport),
    timeouts: convertTimeouts(timeouts),
    remember: options.remember === undefined ? undefined : convertEnds(options.remember),
    schema: options.schema === undefined ? undefined : convertSchema(options.schema),
    onInvalidData,
    merge: Object.assign(Object.create(null), options.merge) as BuiltOptions['merge'],
    limits: convertLimits(options),
    maxSessionsPerUser: convertLimit(options.maxSessionsPerUser),
    csrf: convertCsrf(options),
    authenticatedByDefault: options.authenticatedByDefault,
    events: convertEvents(options.events),
    deadline: parseDuration(options.deadline),
    failoverDeadline: options.failoverDeadline === 0 ? 0 : parseDuration(options.failoverDeadline),
    onStoreDown: options.onStoreDown,
    durability: options.durability,
    localCopy: convertLocalCopy(options),
    context,
    doctor,
    expressClasses,
    guard,
    isGlobal,
    warnings,
  };
}

function convertRedis({ nodes, options = {}, client }: SessionRedisOptions): ResolvedRedisOptions {
  if (client !== undefined) return { client };
  const redisOptions = { ...options.redisOptions };
  if (nodes.some(isTlsNode)) redisOptions.tls ??= {};
  return { nodes: nodes.map(nodeAddress), options: { ...options, redisOptions } };
}

function convertCookie({ cookie, insecureDev }: BuiltOptions): ResolvedCookieOptions {
  return {
    name: insecureDev ? withoutPrefix(cookie.name) : cookie.name,
    path: cookie.path,
    domain: cookie.domain,
    sameSite: cookie.sameSite,
    secure: !insecureDev,
    partitioned: cookie.partitioned,
  };
}

function convertCsrf({ csrf, cookie, insecureDev }: BuiltOptions): ResolvedCsrfOptions | undefined {
  if (csrf === false) return undefined;
  const { origins, header } = csrf === true ? new CsrfOptions() : csrf;
  const name = `${withoutPrefix(cookie.name)}-csrf`;
  return {
    origins: origins.map((origin) => normalizedOrigin(origin) ?? origin),
    header: header.toLowerCase(),
    cookieName: insecureDev ? name : `__Host-${name}`,
  };
}

function convertTransport(transport: TransportOption): ResolvedSessionOptions['transport'] {
  return isNamedTransport(transport) ? [transport].flat() : transport;
}

function convertTimeouts({
  rotate,
  anonymous,
  ...ends
}: BuiltOptions['timeouts']): ResolvedTimeouts {
  return {
    ...convertEnds(ends),
    rotate: rotate === undefined ? undefined : parseDuration(rotate),
    anonymous: convertEnds(anonymous),
  };
}

function convertEnds({ idle, absolute }: AnonymousTimeoutsOptions): ResolvedEnds {
  return { idle: parseDuration(idle), absolute: parseDuration(absolute) };
}

function convertSchema(schema: SessionSchemaOption): ResolvedSchemaOptions {
  if (isSchemaType(schema)) return { type: schema, whole: false, version: 0, migrate: undefined };
  const { type, whole = false, version = 0, migrate } = schema;
  return { type, whole, version, migrate };
}

function convertLimits({ limits }: BuiltOptions): ResolvedLimits {
  return {
    session: parseBytes(limits.session),
    field: parseBytes(limits.field),
    fields: limits.fields,
    depth: limits.depth,
  };
}

function convertLocalCopy({ localCopy }: BuiltOptions): ResolvedLocalCopy | undefined {
  if (localCopy === false) return undefined;
  const { from, maxBytes, maxEntries } = localCopy === true ? new LocalCopyOptions() : localCopy;
  return { from: from === 0 ? 0 : parseBytes(from), maxBytes: parseBytes(maxBytes), maxEntries };
}

function convertLimit(option: SessionLimitOption): SessionLimit {
  const { limit = 50, atLimit = 'evict-oldest' } =
    typeof option === 'object' ? option : { limit: option };
  return { most: limit === 'unlimited' ? Infinity : limit, atLimit };
}
