import { keySlot } from './key-slot.js';
import { nameOf } from './node-connections.js';
import { NodeState } from './node-state.js';
import { isCluster, type RedisClient } from './redis-client.js';

/** What stands for the owner of a slot that has none. */
const NOBODY = 'no master';

/** The masters that one client has met, and who owns what as far as it knows. */
export class NodeStates {
  /** Where the client as a whole has no connection. */
  readonly whole: NodeState;
  readonly #client: RedisClient;
  readonly #nodes = new Map<string, NodeState>();

  constructor(client: RedisClient) {
    this.#client = client;
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
    // A node that answers, if only that it does not serve, may come back by itself.
    if (this.ofKey(key).trouble?.kind !== 'refusing') {
      if ((client.slots[keySlot(key)]?.length ?? 0) < 2) return false;
    }
    const lost = this.troubled.filter(({ trouble }) => trouble?.kind !== 'refusing');
    const masters = new Set([
      ...client.nodes('master').map(nameOf),
      ...lost.map(({ name }) => name),
    ]);
    return masters.size - lost.length > masters.size / 2;
  }
}
