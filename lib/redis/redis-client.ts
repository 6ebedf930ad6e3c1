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
    retryDelayOnClusterDown: 100,
    retryDelayOnTryAgain: 50,
    retryDelayOnMoved: 0,
    slotsRefreshInterval: 2000,
    slotsRefreshTimeout: 800,
    clusterRetryStrategy: (times) => Math.min(50 * times, 1000) + Math.random() * 50,
    ...given,
    redisOptions: {
      protocol: 2,
      commandTimeout: 400,
      socketTimeout: 1000,
      connectTimeout: 800,
      maxRetriesPerRequest: 1,
      autoResendUnfulfilledCommands: false,
      ...given.redisOptions,
    },
  };
}

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
