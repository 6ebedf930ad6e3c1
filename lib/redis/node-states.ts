import { keySlot } from './key-slot.js';
import { nameOf, type NodeConnections } from './node-connections.js';
import { NodeState } from './node-state.js';
import { isCluster, type RedisClient } from './redis-client.js';

/** What stands for the owner of a slot that has none. */
const NOBODY = 'no master';

/** The masters that one client has met, and who owns what as far as it knows. */
export class NodeStates {
  /** Where the client as a whole has no connection. */
  readonly whole: NodeState;
  readonly #client: RedisClient;
  readonly #connections: NodeConnections;
  readonly #nodes = new Map<string, NodeState>();

  constructor(client: RedisClient, connections: NodeConnections) {
    this.#client = client;
    this.#connections = connections;
    this.whole = new NodeState(isCluster(client) ? 'the cluster' : 'the server');
  }

  /** Name ("host:port") of the key's master; undefined where the client knows none. */
  ownerOf(key: string): string | undefined {
    if (!isCluster(this.#client)) return this.whole.name;
    return this.#client.slots[keySlot(key)]?.[0];
  }

  /** The key's master. */
  ofKey(key: string): NodeState {
    return this.named(this.ownerOf(key) ?? NOBODY);
  }

  named(name: string): NodeState {
    let node = this.#nodes.get(name);
    if (!node) this.#nodes.set(name, (node = new NodeState(name)));
    return node;
  }

  /** Those that do not serve. */
  get troubled(): NodeState[] {
    return [this.whole, ...this.#nodes.values()].filter(({ trouble }) => trouble !== undefined);
  }

  /** Whether another node may take the place of the key's: it has a replica, and most masters are there to elect it. */
  mayFailOver(key: string): boolean {
    const client = this.#client;
    if (!isCluster(client) || client.status !== 'ready') return false;
    // A node that is there, and only does not serve, may come back by itself.
    const hasReplica = (client.slots[keySlot(key)]?.length ?? 0) > 1;
    if (!hasReplica && this.#isLost(this.ofKey(key))) return false;
    const lost = [...this.#nodes.values()].filter((node) => this.#isLost(node));
    const masters = new Set([
      ...client.nodes('master').map(nameOf),
      ...lost.map(({ name }) => name),
    ]);
    return masters.size - lost.length > masters.size / 2;
  }

  /**
   * Whether a node has no voice in an election. Not told by what its commands fail by: where all masters stop while one is gone
   * (`cluster-require-full-coverage`), the client may have tried the one that is gone in place of one that is there.
   */
  #isLost({ name, trouble }: NodeState): boolean {
    return trouble !== undefined && (trouble.isSilent || !this.#connections.readyTo(name));
  }
}
