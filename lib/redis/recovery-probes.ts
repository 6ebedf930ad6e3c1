import type { Redis } from 'ioredis';
import { nameOf, type NodeConnections } from './node-connections.js';
import type { NodeState } from './node-state.js';
import type { NodeStates } from './node-states.js';
import { isCluster, type RedisClient } from './redis-client.js';
import { SlotMap } from './slot-map.js';

const FIRST_LOOK_MS = 10;
const LOOK_MS = 100;
/** Between two looks while nobody waits. */
const IDLE_LOOK_MS = 500;
/** A node that has answered so lately need not be asked whether it is there. */
const HEARD_MS = 100;

/** Who hears what the questions found. */
export interface ProbeListener {
  /** Whether anybody waits for an answer. */
  readonly isAwaited: boolean;
  answered(node: NodeState): void;
  /** @param key that was asked for; undefined: none @param sentAt `performance.now()` ms */
  failed(node: NodeState, key: string | undefined, error: unknown, sentAt: number): void;
  /** Nothing is to be found out of this node any more. */
  gone(node: NodeState): void;
  /** Somebody else may own something now. */
  looked(): void;
}

/**
 * While some node does not serve: asks it one question at a time, the other masters whether they are there, and the cluster who owns
 * what. Whatever waits sends nothing meanwhile, so this is all the load that a Redis in trouble gets.
 */
export class RecoveryProbes {
  readonly #client: RedisClient;
  readonly #connections: NodeConnections;
  readonly #states: NodeStates;
  readonly #listener: ProbeListener;
  readonly #slots: SlotMap | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pause = FIRST_LOOK_MS;
  #stopped = false;

  constructor(
    client: RedisClient,
    connections: NodeConnections,
    states: NodeStates,
    listener: ProbeListener,
  ) {
    this.#client = client;
    this.#connections = connections;
    this.#states = states;
    this.#listener = listener;
    this.#slots = isCluster(client) ? new SlotMap(client) : undefined;
  }

  /** Goes on until every node serves. */
  start(): void {
    if (this.#stopped || this.#timer) return;
    this.#pause = FIRST_LOOK_MS;
    this.#timer = setTimeout(() => this.#look(), 0).unref();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #look(): void {
    this.#timer = undefined;
    const { troubled } = this.#states;
    if (troubled.length === 0 || this.#stopped) return;
    for (const node of troubled) this.#probe(node);
    const client = this.#client;
    if (isCluster(client) && client.status === 'ready') {
      const avoided = new Set(troubled.map(({ name }) => name));
      this.#slots?.refresh(avoided, () => this.#listener.looked());
      this.#greetMasters(client.nodes('master'));
    }
    this.#listener.looked();
    const pause = this.#pause * (0.75 + Math.random() / 2);
    this.#pause = Math.min(this.#pause * 2, this.#listener.isAwaited ? LOOK_MS : IDLE_LOOK_MS);
    this.#timer = setTimeout(() => this.#look(), pause).unref();
  }

  /** Asks for a key of the node, the way operations go: straight to whoever owns it by then, or by the client where there is no way. */
  #probe(node: NodeState): void {
    const client = this.#client;
    const isReady = client.status === 'ready';
    if (node === this.#states.whole && isCluster(client)) {
      if (isReady) this.#listener.gone(node);
      return;
    }
    const key = node.trouble?.key;
    if (!isReady || node.isProbed) return;
    if (key !== undefined) {
      const { name } = this.#states.ofKey(key);
      void this.#ask(node, key, () => this.#connections.wayTo(name).exists(key));
    } else if (!isCluster(client)) {
      void this.#ask(node, key, () => client.ping());
    }
  }

  /** Without most of the masters there is no failover, and one that nobody needs is not missed. */
  #greetMasters(masters: readonly Redis[]): void {
    const names = new Set(masters.map(nameOf));
    for (const node of this.#states.troubled) {
      const isUnneeded = node.trouble?.key === undefined && node !== this.#states.whole;
      if (isUnneeded && !names.has(node.name)) this.#listener.gone(node);
    }
    for (const master of masters) {
      const node = this.#states.named(nameOf(master));
      const isKnown = performance.now() - node.answeredAt <= HEARD_MS;
      if (isKnown || node.isProbed || node.trouble?.key !== undefined) continue;
      void this.#ask(node, undefined, () => master.ping());
    }
  }

  async #ask(
    node: NodeState,
    key: string | undefined,
    send: () => Promise<unknown>,
  ): Promise<void> {
    const sentAt = performance.now();
    node.isProbed = true;
    try {
      await send();
      this.#listener.answered(node);
    } catch (error) {
      this.#listener.failed(node, key, error, sentAt);
    } finally {
      node.isProbed = false;
    }
  }
}
