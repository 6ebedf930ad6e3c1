import { Redis, type RedisOptions } from 'ioredis';

const ADVICE =
  'it answers, but names no address of the nodes, so that none can be reached. Set cluster-preferred-endpoint-type to ip or hostname on all of them, not unknown-endpoint';

/**
 * Why a node ("host:port") that takes connections leads a cluster's client nowhere: it tells no addresses. Undefined where it does, or
 * does not answer. For messages only: ioredis passes over nodes without an address and says nothing.
 * @param options of the cluster's connections
 */
export async function probeEndpoints(
  node: string,
  timeoutMs: number,
  options: RedisOptions = {},
): Promise<string | undefined> {
  const [, host, port] = /^\[?([^\s[\]]+?)\]?:(\d+)$/.exec(node) ?? [];
  if (host === undefined) return undefined;
  const client = new Redis({
    ...options,
    host,
    port: Number(port),
    lazyConnect: true,
    enableOfflineQueue: true,
    commandTimeout: timeoutMs,
    retryStrategy: () => null,
  });
  client.on('error', () => undefined);
  try {
    const ranges = await client.cluster('SLOTS');
    const named = ranges.flatMap(([, , ...nodes]) => nodes).some(([name]) => Boolean(name));
    return ranges.length > 0 && !named ? ADVICE : undefined;
  } catch {
    return undefined;
  } finally {
    client.disconnect();
  }
}
