import type { Cluster, Redis } from 'ioredis';

interface NodeOptions {
  readonly socketTimeout?: number | undefined;
  readonly commandTimeout?: number | undefined;
}

interface ClientOptions extends NodeOptions {
  readonly enableOfflineQueue?: boolean | undefined;
  readonly redisOptions?: NodeOptions | undefined;
}

/** What a client of the app's own lacks to fail fast, one sentence each with the line to change; empty if nothing. */
export function adviseClient(client: Cluster | Redis): string[] {
  const options: ClientOptions = client.options ?? {};
  return client.isCluster
    ? [
        ...adviseQueue(options, (line) => `new Cluster(nodes, { ${line} })`),
        ...adviseTimeouts(
          options.redisOptions ?? {},
          (line) => `new Cluster(nodes, { redisOptions: { ${line} } })`,
        ),
      ]
    : [
        ...adviseQueue(options, (line) => `new Redis({ ${line} })`),
        ...adviseTimeouts(options, (line) => `new Redis({ ${line} })`),
      ];
}

type Place = (line: string) => string;

function adviseQueue({ enableOfflineQueue }: ClientOptions, place: Place): string[] {
  if (enableOfflineQueue === false) return [];
  return [
    'redis.client has an offline queue: while Redis is away commands pile up in memory, and run when their requests are ' +
      `long over. Write ${place('enableOfflineQueue: false')}.`,
  ];
}

function adviseTimeouts({ socketTimeout, commandTimeout }: NodeOptions, place: Place): string[] {
  const advice: string[] = [];
  if (!socketTimeout) {
    advice.push(
      'redis.client has no socketTimeout: a node that stops answering without closing its connections is never given up. ' +
        `Write ${place('socketTimeout: 1000')}.`,
    );
  }
  if (!commandTimeout) {
    advice.push(
      'redis.client has no commandTimeout: a command without an answer stays in memory until its connection breaks. ' +
        `Write ${place('commandTimeout: 400')}.`,
    );
  }
  return advice;
}
