import { formCluster } from './cluster-formation.js';
import { launchNode, type NodePlan } from './node-launcher.js';
import { findRedisServer } from './redis-server-binary.js';
import { RedisTestCluster } from './redis-test-cluster.js';
import { serverConfig } from './server-config.js';
import { ServerFolder } from './server-folder.js';

/** How a test cluster is started. */
export interface RedisClusterOptions {
  /** How many masters share the slots. Default 3, which is also the least for a failover. */
  masters?: number;
  /** How many replicas each master has. Default 1. */
  replicasPerMaster?: number;
  /** `cluster-node-timeout` in ms: about the time until a dead master is replaced. Default 2000. */
  nodeTimeout?: number;
  /**
   * Further Redis configuration, one directive each; wins over the launcher's own. Of a function it is asked for each node by its
   * number, from 0. With 'tls-cert-file' a node speaks TLS only. Default none.
   */
  config?: Record<string, string> | ((node: number) => Record<string, string>);
  /** Receives one line per step that takes long. Default: nobody does. */
  log?: (line: string) => void;
}

/**
 * Starts a real Redis Cluster on free ports of 127.0.0.1, its files in a temporary folder. The
 * servers and the folder are removed by `close()`, or when this process ends, however it ends.
 *
 * @throws RedisServerNotFoundError where no server can be found, with the command that installs one
 * @throws Error when the cluster is not ready within 60 s, naming the node and its state
 */
export async function startRedisCluster(
  options: RedisClusterOptions = {},
): Promise<RedisTestCluster> {
  const { masters = 3, replicasPerMaster = 1, nodeTimeout = 2000, config, log } = options;
  requireCount('masters', masters, 1);
  requireCount('replicasPerMaster', replicasPerMaster, 0);
  const binary = await findRedisServer(log ? { log } : {});
  const folder = new ServerFolder();
  const configOf = (node: number): Record<string, string> =>
    serverConfig(typeof config === 'function' ? config(node) : config);
  const plan: NodePlan = { binary, folder, nodeTimeout, configOf };
  const count = masters * (1 + replicasPerMaster);
  const started = await Promise.allSettled(
    Array.from({ length: count }, (_, node) => launchNode(plan, node)),
  );
  const nodes = started.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  const cluster = new RedisTestCluster(plan, nodes);
  try {
    for (const result of started) if (result.status === 'rejected') throw result.reason;
    await formCluster(nodes, masters);
  } catch (error) {
    await cluster.close();
    throw error;
  }
  log?.(
    `Redis Cluster of ${count} nodes is ready on ports ${nodes.map(({ port }) => port).join(', ')}.`,
  );
  return cluster;
}

function requireCount(option: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(`${option}: expected a whole number of at least ${least}, got ${value}.`);
}
