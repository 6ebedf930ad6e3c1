import type { Redis } from 'ioredis';
import { SLOTS } from '../key-slot.js';
import { nameOf, type NodeConnections } from '../node-connections.js';
import { isCluster, type RedisClient } from '../redis-client.js';

/** Events of a client with which a slot may have got another owner, or its owner another past. */
const CHANGES = ['refresh', '+node', '-node', 'ready'] as const;

/**
 * Which connection serves a slot: as long as it is the same one, the same node has answered without a restart. A new owner, a node that
 * was started again and one that was cut off all come with a new one.
 */
export class SlotConnections {
  readonly #client: RedisClient;
  readonly #nodes: NodeConnections;
  readonly #onChange: () => void;

  /**
   * @param nodes of the client
   * @param onChange hears that slots may have new connections; what it finds unchanged costs it nothing but a look
   */
  constructor(client: RedisClient, nodes: NodeConnections, onChange: () => void) {
    this.#client = client;
    this.#nodes = nodes;
    this.#onChange = onChange;
    for (const event of CHANGES) client.on(event, onChange);
  }

  /** The slot's connection; undefined where there is none at the moment. */
  of(slot: number): object | undefined {
    const node = this.#owner(slot);
    return node?.status === 'ready' ? node.stream : undefined;
  }

  /** Those of all nodes that own slots. */
  ofOwners(): ReadonlySet<object> {
    const owners = new Set<object>();
    for (let slot = 0; slot < SLOTS; slot++) {
      const connection = this.of(slot);
      if (connection) owners.add(connection);
    }
    return owners;
  }

  /** Name of the slot's owner; undefined where none is known, or it is known to be gone: then asking is of no use. */
  ownerOf(slot: number): string | undefined {
    const node = this.#owner(slot);
    return node && nameOf(node);
  }

  /** Asks the cluster anew who owns what. */
  refresh(): void {
    if (isCluster(this.#client)) this.#client.refreshSlotsCache();
  }

  close(): void {
    for (const event of CHANGES) this.#client.off(event, this.#onChange);
  }

  #owner(slot: number): Redis | undefined {
    const client = this.#client;
    if (!isCluster(client)) return client;
    const owner = client.slots[slot]?.[0];
    return owner === undefined ? undefined : this.#nodes.to(owner);
  }
}
