import { setTimeout as delay } from 'node:timers/promises';
import type { RedisTestCluster } from 'nest-session/testing';

type RedisNode = RedisTestCluster['nodes'][number];

/** A dead node stays down long enough to be noticed. */
const PAUSE_MS = 3000;

export interface NodeStatus {
  readonly port: number;
  readonly state: 'master' | 'replica' | 'down' | 'starting';
}

export interface ShardStatus {
  readonly name: string;
  readonly slots: string;
  readonly nodes: readonly NodeStatus[];
}

interface Shard {
  readonly name: string;
  readonly slots: string;
  readonly firstSlot: number;
  readonly nodes: readonly RedisNode[];
}

/** Why a node is not killed just now. */
export class NotNowError extends Error {}

/** The cluster as the page shows it, and the one thing the page does to it. */
export class RedisShards {
  readonly #starting = new Set<RedisNode>();
  #healing: RedisNode | undefined;

  private constructor(
    private readonly cluster: RedisTestCluster,
    private readonly shards: readonly Shard[],
    private readonly say: (line: string) => void,
  ) {}

  static async of(cluster: RedisTestCluster, say: (line: string) => void): Promise<RedisShards> {
    const masters = cluster.nodes.filter(({ role }) => role === 'master');
    const shards = masters.map(async (master, at) => {
      const { first, last } = master.slots!;
      const nodes = [master, await cluster.replicaOf(master)];
      return { name: `Shard ${at + 1}`, slots: `${first}–${last}`, firstSlot: first, nodes };
    });
    return new RedisShards(cluster, await Promise.all(shards), say);
  }

  /** The port of the node that is being replaced; undefined while all is well. */
  get healing(): number | undefined {
    return this.#healing?.port;
  }

  status(): Promise<ShardStatus[]> {
    return Promise.all(
      this.shards.map(async ({ name, slots, firstSlot, nodes }) => {
        const master = await this.cluster.masterOf(firstSlot).catch(() => undefined);
        const states = nodes.map((node) => ({ port: node.port, state: this.#state(node, master) }));
        return { name, slots, nodes: states };
      }),
    );
  }

  /** Name of the shard where the session of this handle lies. The keys are few, so all are looked at. */
  async shardOf(handle: string): Promise<string | undefined> {
    for (const { name, firstSlot } of this.shards) {
      const master = await this.cluster.masterOf(firstSlot).catch(() => undefined);
      const keys = master && this.cluster.command(master, 'KEYS', `sess:*:${handle}`);
      const found = await keys?.catch(() => undefined);
      if (Array.isArray(found) && found.length > 0) return name;
    }
    return undefined;
  }

  /**
   * Kills the master of a shard (kill -9). Its replica takes over, and some seconds later the dead
   * node comes back as replica of its successor.
   */
  async killMaster(shardName: string | undefined): Promise<NodeStatus> {
    const shard = this.shards.find(({ name }) => name === shardName) ?? this.shards[0]!;
    const master = await this.cluster.masterOf(shard.firstSlot);
    // With two masters away the third has no majority, and nobody is elected.
    const away = this.#healing ?? shard.nodes.find(({ alive }) => !alive);
    if (away) throw new NotNowError(`Node ${away.port} is not back yet.`);
    this.#healing = master;
    this.say(`${shard.name}: kill -9 of its master, node ${master.port} (pid ${master.pid})`);
    await this.cluster.kill(master);
    this.#heal(shard, master)
      .catch((error: Error) => this.say(`${shard.name}: ${error.message}`))
      .finally(() => (this.#healing = undefined));
    return { port: master.port, state: 'down' };
  }

  async #heal(shard: Shard, dead: RedisNode): Promise<void> {
    const diedAt = performance.now();
    await this.cluster.waitUntilReady();
    const { port } = await this.cluster.masterOf(shard.firstSlot);
    const seconds = ((performance.now() - diedAt) / 1000).toFixed(1);
    this.say(`${shard.name}: node ${port} took over after ${seconds} s`);
    // Started any earlier, it would come back as an empty master.
    await delay(PAUSE_MS);
    this.#starting.add(dead);
    await this.cluster.restart(dead);
    await this.cluster.waitUntilReady();
    this.#starting.delete(dead);
    this.say(`${shard.name}: node ${dead.port} is back, as replica`);
  }

  #state(node: RedisNode, master: RedisNode | undefined): NodeStatus['state'] {
    if (!node.alive) return 'down';
    if (this.#starting.has(node)) return 'starting';
    return node === master ? 'master' : 'replica';
  }
}
