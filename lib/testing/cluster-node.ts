import { parseClusterNodes, type ClusterNodeLine, type SlotRange } from './cluster-nodes.js';
import { RedisServerProcess, type RedisServerProcessOptions } from './redis-server-process.js';

/** Where a server listens. */
export interface ServerAddress {
  /** Always 127.0.0.1. */
  readonly host: string;
  /** The port for clients. */
  readonly port: number;
}

/** A node of a test cluster. */
export interface RedisTestNode extends ServerAddress {
  /** The port of the cluster bus. */
  readonly busPort: number;
  /** The node's id in CLUSTER NODES; kept by a restart. */
  readonly id: string;
  /** The process id; another one after a restart. */
  readonly pid: number;
  /** Whether the process is there; a stopped (SIGSTOP) one is. */
  readonly alive: boolean;
  /** What it was when the cluster was started; ask `masterOf` and `replicaOf` for now. */
  readonly role: 'master' | 'replica';
  /** What it owned when the cluster was started. */
  readonly slots: SlotRange | undefined;
}

/** The node and the handles that only the cluster uses. */
export class ClusterNode extends RedisServerProcess implements RedisTestNode {
  readonly busPort: number;
  role: 'master' | 'replica' = 'master';
  slots: SlotRange | undefined;
  #id = '';

  constructor(options: RedisServerProcessOptions & { busPort: number; nodeTimeout: number }) {
    const { busPort, nodeTimeout, config, ...server } = options;
    super({ ...server, config: { ...clusterConfig(busPort, nodeTimeout), ...config } });
    this.busPort = busPort;
  }

  get id(): string {
    return this.#id;
  }

  override async start(): Promise<void> {
    await super.start();
    this.#id = String(await this.command('CLUSTER', 'MYID'));
  }

  /** The cluster as this node sees it. */
  async view(): Promise<ClusterNodeLine[]> {
    return parseClusterNodes(String(await this.command('CLUSTER', 'NODES')));
  }

  /** This node as it sees itself. */
  async ownLine(): Promise<ClusterNodeLine> {
    const own = (await this.view()).find(({ flags }) => flags.includes('myself'));
    if (!own) throw new Error(`The node on port ${this.port} does not list itself.`);
    return own;
  }
}

function clusterConfig(busPort: number, nodeTimeout: number): Record<string, string> {
  return {
    'cluster-enabled': 'yes',
    'cluster-config-file': 'nodes.conf',
    'cluster-port': String(busPort),
    'cluster-node-timeout': String(nodeTimeout),
    'cluster-allow-replica-migration': 'no',
  };
}
