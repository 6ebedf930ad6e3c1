import type { Redis } from 'ioredis';
import type { RedisFacts } from '../doctor/redis-facts.js';
import { askNode, type KnownNode } from './node-facts.js';
import { isCluster, type RedisClient } from './redis-client.js';

/** Longest time for all nodes together. */
const GATHER_MS = 2000;

/** What a client's user may learn of all nodes that the client knows. Takes 2 s at most; a node that does not answer is a fact. */
export async function gatherFacts(
  client: RedisClient,
  failoverDeadline: number,
): Promise<RedisFacts> {
  const nodes = await Promise.all(knownNodes(client).map((known) => askNode(known, GATHER_MS)));
  return { cluster: isCluster(client), user: userOf(client), failoverDeadline, nodes };
}

function knownNodes(client: RedisClient): KnownNode[] {
  if (!isCluster(client)) return [knownNode(client, 'master', true)];
  const masters = new Set(client.nodes('master'));
  const direct = client.options.natMap === undefined;
  return client
    .nodes('all')
    .map((connection) =>
      knownNode(connection, masters.has(connection) ? 'master' : 'replica', direct),
    );
}

function knownNode(connection: Redis, role: KnownNode['role'], direct: boolean): KnownNode {
  const { host, port, path } = connection.options;
  return {
    connection,
    role,
    node: path ?? `${host}:${port}`,
    host: direct ? host : undefined,
  };
}

function userOf(client: RedisClient): string {
  const options = isCluster(client) ? client.options.redisOptions : client.options;
  return options?.username ?? 'default';
}
