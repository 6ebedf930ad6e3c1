import type { Cluster, Redis } from 'ioredis';
import { nameOf } from './node-connections.js';

/** What ioredis asks a node for the owners of slots by. Not in its types; where a version lacks it, its own refresh is used. */
interface AsksNode {
  getInfoFromNode?: (node: Redis, callback: (error?: Error | null) => void) => void;
}

/**
 * Fetches who owns which slots, of a node that serves. ioredis itself asks nodes drawn at random one after the other: one that stands still
 * costs `slotsRefreshTimeout`, in which its successor goes unseen.
 */
export class SlotMap {
  #isAsking = false;

  constructor(private readonly client: Cluster) {}

  /** @param avoided names ("host:port") of nodes that are not to be asked @param done also called where nothing was learned */
  refresh(avoided: ReadonlySet<string>, done: () => void): void {
    const client = this.client as unknown as AsksNode;
    const node = anyOf(this.client.nodes('master').filter((other) => !avoided.has(nameOf(other))));
    if (!node || !client.getInfoFromNode) {
      this.client.refreshSlotsCache(done);
      return;
    }
    if (this.#isAsking) return;
    this.#isAsking = true;
    client.getInfoFromNode(node, () => {
      this.#isAsking = false;
      done();
    });
  }
}

function anyOf<T>(choices: readonly T[]): T | undefined {
  return choices[Math.floor(Math.random() * choices.length)];
}
