import { inspect } from 'node:util';
import type { ResolvedSessionOptions } from './resolved-options.js';

/**
 * Freezes the options, but not what belongs to the app (client, schema, transport), and keeps secrets and Redis'
 * password out of whatever prints them (console.log, JSON, an error reporter).
 */
export function freezeOptions(options: ResolvedSessionOptions): ResolvedSessionOptions {
  const { redis, timeouts } = options;
  const parts = [
    options.secret,
    options.cookie,
    timeouts,
    timeouts.anonymous,
    options.remember,
    options.limits,
    options.maxSessionsPerUser,
    options.csrf,
    options.csrf?.origins,
    options.events,
    options.localCopy,
  ];
  for (const part of [...parts, options.merge, options.warnings]) Object.freeze(part);
  if (options.schema !== undefined) Object.freeze(options.schema);
  if (Array.isArray(options.transport)) Object.freeze(options.transport);
  if (redis?.nodes !== undefined) {
    for (const part of [...redis.nodes, redis.nodes, redis.options.redisOptions, redis.options]) {
      Object.freeze(part);
    }
  }
  if (redis !== undefined) Object.freeze(redis);
  for (const name of [inspect.custom, 'toJSON']) {
    Object.defineProperty(options, name, { value: () => printable(options) });
  }
  return Object.freeze(options);
}

function printable(options: ResolvedSessionOptions): object {
  const { secret, pepper, redis, ...rest } = options;
  return {
    secret: `[${secret.length} hidden]`,
    pepper: pepper === undefined ? undefined : '[hidden]',
    redis: redis?.nodes === undefined ? redis && '[client]' : { nodes: redis.nodes },
    ...rest,
  };
}
