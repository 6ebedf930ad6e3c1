import { beforeDeadline } from './before-deadline.js';
import { NodeClocks } from './node-clocks.js';
import type { NodeConnections } from './node-connections.js';

/** What time it is on the nodes that own keys; one whose clock is not known is asked. */
export class OwnerClocks {
  readonly #clocks = new NodeClocks();

  /** @param ownerOf name of the node that owns a key; undefined where none is known */
  constructor(
    private readonly nodes: NodeConnections,
    private readonly ownerOf: (key: string) => string | undefined,
  ) {}

  /** Ms since 1970 by the clock of the key's node; undefined where it is not known yet. */
  now(key: string): number | undefined {
    const owner = this.ownerOf(key);
    return owner === undefined ? undefined : this.#clocks.now(owner);
  }

  /** The key's owner, if its clock is known. */
  known(key: string): string | undefined {
    const owner = this.ownerOf(key);
    return owner !== undefined && this.#clocks.now(owner) !== undefined ? owner : undefined;
  }

  /** The key's owner, its clock known from now on. @param deadline `performance.now()` ms */
  async learned(key: string, deadline: number): Promise<string> {
    const owner = this.ownerOf(key);
    if (owner === undefined) throw new Error('CLUSTERDOWN the client knows no owner of the slot');
    if (this.#clocks.now(owner) === undefined) await this.learn(owner, deadline);
    return owner;
  }

  async learn(node: string, deadline: number): Promise<void> {
    const connection = this.nodes.to(node);
    if (!connection) throw new Error(`No connection to ${node}`);
    const sentAt = performance.now();
    const [seconds, microseconds] = await beforeDeadline(deadline, () => connection.time());
    this.#clocks.observe(node, Number(seconds) * 1000 + Number(microseconds) / 1000, sentAt);
  }

  /** What is to be added to `performance.now()` of a node whose clock is known. */
  offsetOf(node: string): number {
    return this.#clocks.now(node)! - performance.now();
  }

  /** Notes what a node has told in a reply. @param sentAt `performance.now()` ms */
  observe(node: string, redisTime: number, sentAt: number): void {
    this.#clocks.observe(node, redisTime, sentAt);
  }

  forget(node: string): void {
    this.#clocks.forget(node);
  }
}
