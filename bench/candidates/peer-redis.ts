import { RedisStore } from 'connect-redis';
import type { ServerAddress } from 'nest-session/testing';
import { createCluster } from 'redis';
import { IDLE_MS } from './candidate.js';

/** connect-redis on a cluster client of redis 5, as both peers use it. */
export async function connectPeerStore(
  nodes: readonly ServerAddress[],
  prefix: string,
): Promise<RedisStore> {
  const client = createCluster({
    rootNodes: nodes.map(({ host, port }) => ({ socket: { host, port } })),
  });
  await client.connect();
  return new RedisStore({ client: client as never, prefix, ttl: IDLE_MS / 1000 });
}
