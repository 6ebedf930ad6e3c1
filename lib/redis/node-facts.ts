import type { Redis } from 'ioredis';
import type { NodeFacts, RefusedCommand } from '../doctor/redis-facts.js';
import { describeFailure } from './redis-failure.js';

const SETTINGS = [
  'maxmemory',
  'maxmemory-policy',
  'min-replicas-to-write',
  'min-replicas-max-lag',
  'cluster-node-timeout',
  'cluster-require-full-coverage',
  'hash-max-listpack-value',
  'appendonly',
  'save',
];

/** A node to ask: the client's connection to it, which is not used but copied. */
export interface KnownNode extends Pick<NodeFacts, 'node' | 'role' | 'host'> {
  readonly connection: Redis;
}

/** Asks one node over a connection of its own, which is closed again: the app's commands need not wait behind these. */
export async function askNode(known: KnownNode, milliseconds: number): Promise<NodeFacts> {
  const { node, role, host } = known;
  const nothing = { node, role, host, info: new Map(), config: new Map(), refused: [] };
  const connection = ownConnection(known.connection, milliseconds);
  let reason: unknown;
  connection.on('error', (error) => (reason ??= error));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<NodeFacts>((resolve) => {
    const failure = `no answer within ${milliseconds} ms`;
    timer = setTimeout(() => resolve({ ...nothing, failure }), milliseconds);
  });
  try {
    return await Promise.race([ask(connection).then((told) => ({ ...nothing, ...told })), late]);
  } catch (error) {
    return { ...nothing, failure: describeFailure(reason ?? error).replace(/\.$/, '') };
  } finally {
    clearTimeout(timer);
    connection.disconnect();
  }
}

function ownConnection(of: Redis, milliseconds: number): Redis {
  return of.duplicate({
    protocol: 2,
    lazyConnect: true,
    readOnly: false,
    enableOfflineQueue: true,
    enableReadyCheck: false,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: milliseconds,
    commandTimeout: milliseconds,
    // A node that has gone never closes its side, and the process must not wait for that.
    disconnectTimeout: 0,
    connectionName: 'nest-session-doctor',
  });
}

type Told = Pick<NodeFacts, 'info' | 'config' | 'refused'>;

async function ask(connection: Redis): Promise<Told> {
  const refused: RefusedCommand[] = [];
  const send = async (command: string, ...args: string[]): Promise<unknown> => {
    try {
      return await connection.call(...(command.split('|') as [string]), ...args);
    } catch (error) {
      const why = whyRefused(error);
      if (!why) throw error;
      refused.push({ command, why });
      return undefined;
    }
  };
  const [info, cluster, settings] = await Promise.all([
    send('info'),
    send('cluster|info').catch(() => undefined), // a single server has none
    send('config|get', ...SETTINGS),
  ]);
  return {
    info: new Map([...linesOf(info), ...linesOf(cluster)]),
    config: pairsOf(settings),
    refused: refused.filter(({ command }) => command !== 'cluster|info'),
  };
}

/** Undefined where the node could not answer at all. */
function whyRefused(error: unknown): RefusedCommand['why'] | undefined {
  const message = describeFailure(error);
  if (message.startsWith('NOPERM')) return 'forbidden';
  return message.startsWith('ERR') ? 'unknown' : undefined;
}

/** "name:value" lines. */
function linesOf(reply: unknown): [string, string][] {
  if (typeof reply !== 'string') return [];
  return [...reply.matchAll(/^([^#:\r\n]+):(.*?)\r?$/gm)].map(([, name, value]) => [name!, value!]);
}

/** name, value, name, value. */
function pairsOf(reply: unknown): Map<string, string> {
  const pairs = new Map<string, string>();
  if (!Array.isArray(reply)) return pairs;
  for (let at = 0; at + 1 < reply.length; at += 2)
    pairs.set(String(reply[at]), String(reply[at + 1]));
  return pairs;
}
