import type { ClusterNode, RedisTestNode, ServerAddress } from './cluster-node.js';
import { introduce } from './cluster-formation.js';
import { missingAcquaintance, missingForReadiness } from './cluster-readiness.js';
import type { Reply } from './control-connection.js';
import { launchNode, type NodePlan } from './node-launcher.js';
import { beginSlotMove, carryKeys, handSlotOver, ownerOf, spreadOwner } from './slot-migration.js';
import { waitUntil } from './wait-until.js';

/** A running cluster and what a test does to it. Made by `startRedisCluster`. */
export class RedisTestCluster {
  readonly #plan: NodePlan;
  #nodes: readonly ClusterNode[];
  #started: number;

  /** @internal */
  constructor(plan: NodePlan, nodes: readonly ClusterNode[]) {
    this.#plan = plan;
    this.#nodes = nodes;
    this.#started = nodes.length;
  }

  /** All nodes that belong to the cluster, also dead ones. */
  get nodes(): readonly RedisTestNode[] {
    return this.#nodes;
  }

  /** Where a client may connect, in the form that ioredis' `Cluster` takes. */
  get addresses(): ServerAddress[] {
    return this.#nodes.map(({ host, port }) => ({ host, port }));
  }

  /** Kills the node (SIGKILL). Resolves when its process has ended. */
  async kill(node: RedisTestNode): Promise<void> {
    await this.#own(node).kill();
  }

  /** Stops the node (SIGSTOP): its connections stay open and nothing answers. */
  stop(node: RedisTestNode): void {
    this.#own(node).pause();
  }

  /** Lets a stopped node continue (SIGCONT). */
  cont(node: RedisTestNode): void {
    this.#own(node).resume();
  }

  /** Starts the node again with its ports, id and folder; kills it first where it still runs. */
  async restart(node: RedisTestNode): Promise<void> {
    await this.#own(node).kill();
    await this.#own(node).start();
  }

  /** Adds an empty master. Resolves when all live nodes know it. */
  async addNode(): Promise<RedisTestNode> {
    const added = await launchNode(this.#plan, this.#started++);
    this.#nodes = [...this.#nodes, added];
    const live = this.#nodes.filter((node) => node.answering && node !== added);
    await Promise.all(live.map((node) => introduce([added, node])));
    await waitUntil(`Node ${added.port} is known by all`, () => missingAcquaintance(this.#nodes));
    return added;
  }

  /**
   * Kills the node and makes the others forget it. Resolves when none lists it any more.
   *
   * @throws Error when it still owns slots; move them first
   */
  async removeNode(node: RedisTestNode): Promise<void> {
    const removed = this.#own(node);
    if (removed.answering && (await removed.ownLine()).slots.length > 0) {
      throw new Error(`Node ${node.port} still owns slots. Move them to other nodes first.`);
    }
    await removed.kill();
    this.#nodes = this.#nodes.filter((other) => other !== removed);
    const live = this.#nodes.filter(({ answering }) => answering);
    await Promise.all(live.map((other) => other.command('CLUSTER', 'FORGET', removed.id)));
    await waitUntil(`Node ${node.port} is forgotten`, () => missingAcquaintance(this.#nodes));
  }

  /**
   * The node that owns the slot, or the slot of the key, at this moment.
   *
   * @throws Error when no live node owns it
   */
  async masterOf(slotOrKey: number | string): Promise<RedisTestNode> {
    return ownerOf(this.#nodes, await this.#slotOf(slotOrKey));
  }

  /**
   * A live replica of the node at this moment.
   *
   * @throws Error when it has none
   */
  async replicaOf(node: RedisTestNode): Promise<RedisTestNode> {
    for (const other of this.#nodes.filter(({ answering }) => answering)) {
      if ((await other.ownLine()).masterId === node.id) return other;
    }
    throw new Error(`Node ${node.port} has no live replica.`);
  }

  /**
   * Resolves when all live nodes agree: every slot has a live owner, every replica its link, dead
   * and stopped nodes are noticed and own nothing. After `kill` that is the end of the failover.
   *
   * @throws Error after 60 s, naming the node and its state
   */
  async waitUntilReady(): Promise<void> {
    await waitUntil('The cluster is ready', () => missingForReadiness(this.#nodes));
  }

  /** Moves the slot with its keys to the target, live; goes on with a move that was begun. */
  async moveSlot(slot: number, target: RedisTestNode): Promise<void> {
    const to = this.#own(target);
    const from = await ownerOf(this.#nodes, slot);
    if (from !== to) {
      await beginSlotMove(from, to, slot);
      await carryKeys(from, to, slot, Infinity, this.#password);
      await handSlotOver(from, to, slot);
    }
    await spreadOwner(this.#nodes, to, slot);
    await this.waitUntilReady();
  }

  /** Only marks the slot as moving to the target, as a move that has got stuck leaves it. */
  async beginSlotMove(slot: number, target: RedisTestNode): Promise<void> {
    await beginSlotMove(await ownerOf(this.#nodes, slot), this.#own(target), slot);
  }

  /**
   * Carries keys of a slot whose move was begun.
   *
   * @param count - how many keys at most; default all
   * @returns how many were carried
   */
  async migrateKeys(slot: number, count: number = Infinity): Promise<number> {
    const from = await ownerOf(this.#nodes, slot);
    const targetId = (await from.ownLine()).migrating.get(slot);
    const to = this.#nodes.find(({ id }) => id === targetId);
    if (!to) throw new Error(`Slot ${slot} is not moving. Call beginSlotMove first.`);
    return carryKeys(from, to, slot, count, this.#password);
  }

  /** Sends one command to this node and to no other: no redirection is followed. */
  command(node: RedisTestNode, ...args: [string, ...(string | number | Buffer)[]]): Promise<Reply> {
    return this.#own(node).command(...args);
  }

  /** Kills all nodes and deletes their folder. */
  async close(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.kill()));
    await this.#plan.folder.remove();
  }

  get #password(): string | undefined {
    return this.#plan.configOf(0)['requirepass'];
  }

  async #slotOf(slotOrKey: number | string): Promise<number> {
    if (typeof slotOrKey === 'number') return slotOrKey;
    const node = this.#nodes.find(({ answering }) => answering);
    if (!node) throw new Error('No live node is left.');
    return Number(await node.command('CLUSTER', 'KEYSLOT', slotOrKey));
  }

  #own(node: RedisTestNode): ClusterNode {
    const own = this.#nodes.find((other) => other === node);
    if (!own) throw new Error(`The node on port ${node.port} does not belong to this cluster.`);
    return own;
  }
}
