import type { ResolvedSessionOptions } from '../options/resolved-options.js';
import { createCluster, isCluster, type RedisClient } from './redis-client.js';
import { RedisConnection } from './redis-connection.js';

/** The user's own client, or a Cluster of the nodes; undefined where the option `redis` is not given. */
export function createRedisClient(options: ResolvedSessionOptions): RedisClient | undefined {
  const { redis } = options;
  if (!redis) return undefined;
  return redis.client ?? createCluster([...redis.nodes], redis.options);
}

/** The client with its life: only what the library made is closed by it. */
export function createRedisConnection(
  options: ResolvedSessionOptions,
  client: RedisClient,
): RedisConnection {
  const nodes = options.redis?.nodes ?? [];
  const named = nodes.map(({ host, port }) => `${host}:${port}`);
  const own = options.redis?.client === undefined;
  return new RedisConnection(client, own, own ? named : [describeClient(client)]);
}

function describeClient(client: RedisClient): string {
  return isCluster(client)
    ? 'the nodes of your own Cluster client'
    : `${client.options.host}:${client.options.port}`;
}
