import type { Cluster, Redis } from 'ioredis';

interface NodeTimeouts {
  readonly socketTimeout?: number | undefined;
  readonly commandTimeout?: number | undefined;
}

/** What a client of the app's own lacks to fail fast, one sentence each with the line to change; empty if nothing. */
export function adviseClient(client: Cluster | Redis): string[] {
  return client.isCluster ? adviseCluster(client as Cluster) : adviseRedis(client as Redis);
}

function adviseCluster({ options }: Cluster): string[] {
  return [
    ...adviseQueue(options.enableOfflineQueue, 'new Cluster(nodes, { enableOfflineQueue: false })'),
    ...adviseTimeouts(
      options.redisOptions ?? {},
      (line) => `new Cluster(nodes, { redisOptions: { ${line} } })`,
    ),
  ];
}

function adviseRedis({ options }: Redis): string[] {
  return [
    ...adviseQueue(options.enableOfflineQueue, 'new Redis({ enableOfflineQueue: false })'),
    ...adviseTimeouts(options, (line) => `new Redis({ ${line} })`),
  ];
}

function adviseQueue(enableOfflineQueue: boolean | undefined, line: string): string[] {
  if (enableOfflineQueue === false) return [];
  return [
    'redis.client has an offline queue: while Redis is away commands pile up in memory, and run when their requests are ' +
      `long over. Write ${line}.`,
  ];
}

function adviseTimeouts(timeouts: NodeTimeouts, place: (line: string) => string): string[] {
  const advice: string[] = [];
  if (!timeouts.socketTimeout) {
    advice.push(
      'redis.client has no socketTimeout: a node that stops answering without closing its connections is never given up. ' +
        `Write ${place('socketTimeout: 1000')}.`,
    );
  }
  if (!timeouts.commandTimeout) {
    advice.push(
      'redis.client has no commandTimeout: a command without an answer stays in memory until its connection breaks. ' +
        `Write ${place('commandTimeout: 400')}.`,
    );
  }
  return advice;
}
