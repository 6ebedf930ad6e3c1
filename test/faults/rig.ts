import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  startRedisCluster,
  type RedisClusterOptions,
  type RedisTestCluster,
  type RedisTestNode,
} from '../../lib/testing/index.js';
import { keySlot } from '../../lib/redis/key-slot.js';
import type { SessionModuleOptionsInput } from '../../lib/index.js';
import type { AppConfig } from '../apps/app-config.js';
import { startApp, type AppProcess } from '../support/app-process.js';
import { Canaries } from '../support/canary.js';
import { range } from '../support/in-flight.js';
import { RedisProxy } from '../support/redis-proxy.js';
import { SessionKeys } from '../support/session-keys.js';
import { until } from '../support/until.js';
import { Executions } from './executions.js';
import { judge, type Judgement } from './judge.js';
import { Load, RATE, type LoadPlan } from './load.js';

/** What is set up for one scenario. */
export interface RigPlan {
  /** Of the Redis Cluster; default three masters with a replica each, `cluster-node-timeout` 2000. */
  readonly cluster?: RedisClusterOptions;
  /** Options of SessionModule, over the rig's own. */
  readonly options?: Partial<SessionModuleOptionsInput>;
  /** Whether the servers reach Redis through a proxy for each node. */
  readonly proxied?: boolean;
  /** Where the nodes speak TLS: what they are called, and whose certificates the servers believe. */
  readonly tls?: { readonly name: string; readonly ca: string };
  /** The app under test, or express-session with connect-redis. */
  readonly app?: 'faults' | 'faults-peer';
  readonly servers?: number;
  /** Environment of each server, counted from 0. */
  readonly env?: (server: number) => Readonly<Record<string, string>>;
  readonly load?: Partial<LoadPlan>;
}

/** What a scenario has shown. */
export interface Verdict extends Judgement {
  /** Keys in Redis that are no whole session, no word of an ended one and no record. */
  readonly unsoundKeys: readonly string[];
  /** Secrets and user ids in what the servers printed. */
  readonly leaked: readonly string[];
  /** The end of what servers printed that nobody ended. */
  readonly fallen: readonly string[];
}

/** A cluster, several servers over it, and a load on them that is judged. */
export class Rig {
  readonly #cleanUp: (() => Promise<unknown> | void)[] = [];
  readonly #nonce = `lab${randomBytes(5).toString('hex')}`;
  readonly #plan: RigPlan;
  readonly #gone: AppProcess[] = [];
  #turn = 0;
  cluster!: RedisTestCluster;
  proxy: RedisProxy | undefined;
  keys!: SessionKeys;
  servers: AppProcess[] = [];
  load!: Load;
  #executions!: Executions;

  /** Sets everything up, with the load running, does the work and takes all down. */
  static async use<R>(plan: RigPlan, work: (rig: Rig) => Promise<R>): Promise<R> {
    const rig = new Rig(plan);
    try {
      await rig.#setUp();
      return await work(rig);
    } finally {
      await rig.#takeDown();
    }
  }

  private constructor(plan: RigPlan) {
    this.#plan = plan;
  }

  /** Master of a shard when the load began. */
  master(shard: number): RedisTestNode {
    return this.cluster.nodes.filter(({ role }) => role === 'master')[shard]!;
  }

  /** A master that does not own the slot. */
  async otherMaster(slot: number): Promise<RedisTestNode> {
    const owner = await this.cluster.masterOf(slot);
    const roles = await Promise.all(
      this.cluster.nodes.map((node) => this.cluster.command(node, 'ROLE') as Promise<unknown[]>),
    );
    const masters = this.cluster.nodes.filter((_, at) => roles[at]![0] === 'master');
    return masters[(masters.indexOf(owner) + 1) % masters.length]!;
  }

  /** Moves a slot to another master, with its keys; ends a move that was begun. */
  async moveSlot(slot: number): Promise<void> {
    await this.cluster.moveSlot(slot, await this.otherMaster(slot));
  }

  /** The slots of the sessions that the clients have now, and others to make up the number. */
  slotsOfClients(count: number): number[] {
    const clients = [...this.load.visitors, ...this.load.members];
    const own = clients.flatMap(({ token }) => this.slotOf(token) ?? []);
    const others = range(count).map((at) => Math.floor((at * 16_384) / count));
    return [...new Set([...own, ...others])].slice(0, count);
  }

  /** Resolves when the node has become a master, and all nodes agree. */
  async untilMaster(node: RedisTestNode): Promise<void> {
    await this.untilTakeover(node);
    await this.cluster.waitUntilReady();
  }

  /** Resolves when the node has become a master, whoever else knows it yet. */
  async untilTakeover(node: RedisTestNode): Promise<void> {
    await until(`node ${node.port} is a master`, async () => {
      const role = (await this.cluster.command(node, 'ROLE')) as unknown[];
      return role[0] === 'master';
    });
  }

  /** Resolves when the node serves no slot any more, as the cluster is down for it. */
  async untilStopped(node: RedisTestNode): Promise<void> {
    await until(`node ${node.port} has stopped`, async () =>
      String(await this.cluster.command(node, 'CLUSTER', 'INFO')).includes('cluster_state:fail'),
    );
  }

  /** Bytes in use by all servers, after a collection. */
  async memory(): Promise<number> {
    const all = await Promise.all(this.servers.map((server) => server.ask('memory')));
    return all.reduce<number>((sum, bytes) => sum + Number(bytes), 0);
  }

  /** Starts one more server. */
  async addServer(): Promise<AppProcess> {
    const { app = 'faults', options, env } = this.#plan;
    const at = this.servers.length + this.#gone.length;
    const redis = this.proxy?.redis ?? this.#redis;
    const server = await started({
      app,
      // The peer has no Fastify edition.
      platform: app === 'faults' && at % 2 === 1 ? 'fastify' : 'express',
      server: `server-${at + 1}`,
      options: { redis, keyPrefix: this.keys.prefix, ...options },
      env: env?.(at) ?? {},
    });
    this.servers = [...this.servers, server];
    return server;
  }

  /** The end of what servers printed that ended by themselves. */
  fallen(): string[] {
    const fallen = this.servers.filter((server) => server.hasEnded());
    return fallen.map((server) => `${server.pid}: ${server.output().slice(-2000)}`);
  }

  /** kill -9 of a server: no request goes to it any more. */
  async killServer(server: AppProcess): Promise<void> {
    this.servers = this.servers.filter((other) => other !== server);
    this.#gone.push(server);
    await server.kill();
  }

  /** Ends the load, reads all sessions once more, and judges everything. */
  async verdict(): Promise<Verdict> {
    await this.load.stop();
    await this.load.readAll();
    // What the nodes have executed is told a moment later.
    await delay(200);
    const unsound = this.#plan.app === 'faults-peer' ? [] : await this.keys.unsound();
    return {
      ...judge(this.load.history, this.#executions.times),
      unsoundKeys: unsound.map((key) => JSON.stringify(key)),
      leaked: this.#leaked(),
      fallen: this.fallen(),
    };
  }

  get #redis(): NonNullable<SessionModuleOptionsInput['redis']> {
    const { tls } = this.#plan;
    if (!tls) return { nodes: this.cluster.addresses };
    const nodes = this.cluster.nodes.map(({ port }) => `rediss://${tls.name}:${port}`);
    return { nodes, options: { redisOptions: { tls: { ca: tls.ca } } } };
  }

  #leaked(): string[] {
    const canaries = new Canaries();
    canaries.add('a user id or value', this.#nonce);
    for (const client of this.load.clients) {
      for (const [session, token] of client.tokens) canaries.addToken(`token of ${session}`, token);
    }
    return [...this.servers, ...this.#gone].flatMap((server) => canaries.foundIn(server.output()));
  }

  async #setUp(): Promise<void> {
    const { servers = 2, proxied = false, cluster, load } = this.#plan;
    // Its own looks are at any node, whatever its certificate says.
    const tls = this.#plan.tls && { rejectUnauthorized: false };
    this.cluster = await startRedisCluster(cluster);
    this.#cleanUp.push(() => this.cluster.close());
    if (proxied) {
      this.proxy = await RedisProxy.start(this.cluster.addresses);
      this.#cleanUp.push(() => this.proxy!.close());
    }
    this.keys = new SessionKeys(this.cluster.addresses, `${this.#nonce.slice(3)}:`, tls);
    this.#cleanUp.push(() => this.keys.redis.disconnect());
    this.#executions = new Executions(this.#nonce, tls);
    for (const { port } of this.cluster.nodes) this.#executions.watch(port);
    this.#cleanUp.push(() => this.#executions.close());
    this.#cleanUp.push(() => Promise.all(this.servers.map((server) => server.kill())));
    for (const _ of range(servers)) await this.addServer();
    const plain = this.#plan.app === 'faults-peer';
    const plan = { rate: RATE, visitors: 20, members: 12, plain, nonce: this.#nonce, ...load };
    this.load = new Load(plan, {
      url: () => this.servers[this.#turn++ % this.servers.length]!.url,
      shardOf: (token) => this.#shardOf(token),
    });
    await this.load.start();
    this.#cleanUp.push(() => this.load.stop());
  }

  /** Every step, also after one that failed: what stays open would keep the process alive. */
  async #takeDown(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#cleanUp.reverse()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Slot of the session that a token stands for. */
  slotOf(token: string | undefined): number | undefined {
    if (token === undefined) return undefined;
    const own = this.#plan.app !== 'faults-peer';
    const peerId = /^s%3A([^.]*)/.exec(token)?.[1];
    return keySlot(own ? this.keys.keyOf(token) : `${this.keys.prefix}${peerId}`);
  }

  #shardOf(token: string | undefined): number {
    const slot = this.slotOf(token);
    if (slot === undefined) return -1;
    const masters = this.cluster.nodes.filter(({ role }) => role === 'master');
    return masters.findIndex(({ slots }) => slots && slots.first <= slot && slot <= slots.last);
  }
}

const BOOTS = 3;

/** Starts an app, again where a busy machine made its boot fail: a boot is never what a rig is for. */
async function started(config: AppConfig): Promise<AppProcess> {
  for (let boot = 1; ; boot++) {
    try {
      return await startApp(config);
    } catch (error) {
      if (boot === BOOTS) throw error;
    }
  }
}
