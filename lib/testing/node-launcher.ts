import { ClusterNode } from './cluster-node.js';
import { freePorts } from './free-port.js';
import type { RedisServerBinary } from './server-program.js';
import { RedisServerProcess, ServerStartError } from './redis-server-process.js';
import type { ServerFolder } from './server-folder.js';

const ATTEMPTS = 5;

/** What all servers of one launch share. */
export interface LaunchPlan {
  binary: RedisServerBinary;
  folder: ServerFolder;
}

/** Configuration of a server, one directive each. */
export type ServerConfig = Record<string, string>;

/** The same for cluster nodes. */
export interface NodePlan extends LaunchPlan {
  /** Of a node by its number, from 0 in the order in which they are started. */
  configOf: (node: number) => ServerConfig;
  /** `cluster-node-timeout` in ms. */
  nodeTimeout: number;
}

/** Starts one server that is no cluster node, on a free port. */
export function launchServer(
  plan: LaunchPlan & { config: ServerConfig },
): Promise<RedisServerProcess> {
  return onFreePorts(1, ([port = 0]) => new RedisServerProcess({ ...plan, port }));
}

/** Starts one empty cluster node on free ports. */
export function launchNode(plan: NodePlan, node: number): Promise<ClusterNode> {
  const config = plan.configOf(node);
  return onFreePorts(
    2,
    ([port = 0, busPort = 0]) => new ClusterNode({ ...plan, config, port, busPort }),
  );
}

/**
 * Starts a server on free ports, and on others where one of them has been taken by another process
 * before the server could bind it.
 *
 * @throws ServerStartError after five attempts, or at once when the reason is another one
 */
export async function onFreePorts<T extends RedisServerProcess>(
  count: number,
  create: (ports: number[]) => T,
  find: (count: number) => Promise<number[]> = freePorts,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const server = create(await find(count));
    try {
      await server.start();
      return server;
    } catch (error) {
      const mayRetry = error instanceof ServerStartError && error.portTaken && attempt < ATTEMPTS;
      if (!mayRetry) throw error;
    }
  }
}
