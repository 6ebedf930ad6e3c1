import type { ConnectionOptions } from 'node:tls';
import { TlsConnector } from './tls-connector.js';
import { Cluster, Redis, type ClusterNode, type ClusterOptions } from 'ioredis';

/** What the store speaks to: a cluster, or one server. */
export type RedisClient = Cluster | Redis;

/**
 * ioredis' options as measured to survive a failover without hanging and without late writes
 * (docs/redis.md has the reasons). What the user gives is laid over them.
 */
function clusterOptions(given: ClusterOptions = {}): ClusterOptions {
  return {
    lazyConnect: true,
    enableOfflineQueue: false,
    enableAutoPipelining: false,
    scaleReads: 'master',
    maxRedirections: 4,
    retryDelayOnFailover: 100,
    retryDelayOnClusterDown: 0,
    retryDelayOnTryAgain: 50,
    retryDelayOnMoved: 0,
    slotsRefreshInterval: 2000,
    slotsRefreshTimeout: 800,
    clusterRetryStrategy: (times) => Math.min(50 * times, 1000) + Math.random() * 50,
    ...(given.redisOptions?.tls && { dnsLookup: keepName }),
    ...given,
    redisOptions: {
      protocol: 2,
      commandTimeout: 400,
      socketTimeout: 1000,
      connectTimeout: 800,
      maxRetriesPerRequest: 1,
      autoResendUnfulfilledCommands: false,
      ...(given.redisOptions?.tls && { Connector: TlsConnector }),
      ...given.redisOptions,
    },
  };
}

/**
 * Leaves a node's name as it is, so that its certificate is checked against it. ioredis would resolve the names of the first
 * nodes to addresses, which no certificate fits.
 */
const keepName: ClusterOptions['dnsLookup'] = (name, callback) => callback(null, name);

/** The provider's own cluster client; connects when the store does. */
export function createCluster(nodes: readonly ClusterNode[], options?: ClusterOptions): Cluster {
  const cluster = new Cluster([...nodes], clusterOptions(options));
  // Without a listener ioredis prints every failed connection; operations report their own errors.
  cluster.on('error', () => undefined);
  return cluster;
}

/** Whether the client speaks to a cluster; two copies of ioredis may be installed, so not by instanceof. */
export function isCluster(client: RedisClient): client is Cluster {
  return (client as { isCluster?: boolean }).isCluster === true;
}

/** Options of TLS; undefined where the client speaks plain text. */
export function tlsOf(client: RedisClient): ConnectionOptions | undefined {
  const options = isCluster(client) ? client.options.redisOptions : client.options;
  return options?.tls;
}
