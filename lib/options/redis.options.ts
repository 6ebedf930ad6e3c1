import type { Cluster, ClusterOptions, Redis } from 'ioredis';
import { isAllowedClient } from './redis-client-check.js';
import { isAllowedClusterOptions } from './cluster-options-check.js';
import { areNodes } from './redis-nodes-check.js';
import { Check, CheckAlways, problem, type OptionCheck } from './option-check.js';

/** Address of one node; the client finds the others of its cluster. */
export interface RedisNodeAddress {
  /** Host name or IP address. */
  readonly host: string;
  /** TCP port; default 6379. */
  readonly port?: number;
}

/** Redis by the addresses of some of its nodes: the library makes the client, with its own failure policy, and closes it. */
export interface RedisNodesOptions {
  /** One or more nodes of the cluster: `{ host, port }` or 'redis://host:port' ('rediss://' for TLS). */
  readonly nodes: readonly (RedisNodeAddress | string)[];
  /** Options of ioredis' Cluster over the library's own, such as `redisOptions.password` and `redisOptions.tls`. */
  readonly options?: ClusterOptions;
  /** Not beside `nodes`. */
  readonly client?: undefined;
}

/** Redis by a client of your own: you set its timeouts, and you close it. */
export interface RedisClientOptions {
  /** An ioredis (6 or newer) Cluster, or Redis for a single node. */
  readonly client: Cluster | Redis;
  /** Not beside `client`. */
  readonly nodes?: undefined;
  /** Not beside `client`, which has its own. */
  readonly options?: undefined;
}

/** Where sessions are kept. */
export type SessionRedisOptions = RedisNodesOptions | RedisClientOptions;

const isOnlyWay: OptionCheck<RedisOptionsRules> = (value, site) => {
  const { owner, path } = site;
  const redis = path.slice(0, path.lastIndexOf('.'));
  if (value !== undefined && owner.client !== undefined) {
    const expected = `${redis}.client was given too, and there is one Redis`;
    return [problem(path, value, expected, `Drop ${path} or ${redis}.client.`)];
  }
  if (value === undefined && owner.client === undefined) {
    const expected = 'the library must know at least one node, or a client';
    const mend = `Write ${redis}: { nodes: [{ host: '10.0.0.1', port: 6379 }] } or ${redis}: { client }.`;
    return [problem(path, value, expected, mend)];
  }
  return value === undefined ? [] : areNodes(value, site);
};

const isForNodes: OptionCheck<RedisOptionsRules> = (value, site) =>
  site.owner.client === undefined
    ? isAllowedClusterOptions(value, site)
    : [
        problem(
          site.path,
          value,
          'a client of your own has its options already',
          'Drop it and set the options where the client is made.',
        ),
      ];

/** The rules of `redis`; its type is SessionRedisOptions. */
export class RedisOptionsRules {
  @CheckAlways(isOnlyWay) nodes?: unknown;
  @Check(isForNodes) options?: unknown;
  @Check(isAllowedClient) client?: unknown;
}
