import type { Redis } from 'ioredis';
import { SessionStoreUnavailableError } from '../core/errors.js';
import { keySlot } from './key-slot.js';
import { NodeState, type Trouble } from './node-state.js';
import { isCluster, type RedisClient } from './redis-client.js';
import { describeFailure, kindOfFailure } from './redis-failure.js';
import { MOST_WAITING, SILENCE_MS, type RedisPolicy } from './redis-policy.js';
import { Standstills } from './standstills.js';

const FIRST_LOOK_MS = 10;
const LOOK_MS = 100;
/** Between two looks while nobody waits. */
const IDLE_LOOK_MS = 500;
/** A node that has answered so lately need not be asked whether it is there. */
const HEARD_MS = 100;
/** Retry-After of what is refused at once, in seconds: spread, so that not all clients come back together. */
const RETRY_AFTER = { least: 1, more: 3 };

/** How long an operation may go on, `performance.now()` ms. */
export interface Limits {
  /** While its node serves. */
  readonly soft: number;
  /** While its node is failing over. */
  readonly hard: number;
}

/**
 * Knows which masters serve. Operations of one that does not wait here, none is sent to it but a single question in turn; they go on
 * when it serves again or another has taken its place, and are refused when that takes too long.
 */
export class NodeWatch {
  readonly #client: RedisClient;
  readonly #policy: RedisPolicy;
  readonly #standstills = new Standstills();
  readonly #nodes = new Map<string, NodeState>();
  /** Where the client as a whole has no connection. */
  readonly #whole: NodeState;
  readonly #wakers = new Set<() => void>();
  #looker: NodeJS.Timeout | undefined;
  #pause = FIRST_LOOK_MS;
  #closed = false;

  constructor(client: RedisClient, policy: RedisPolicy) {
    this.#client = client;
    this.#policy = policy;
    this.#whole = new NodeState(isCluster(client) ? 'the cluster' : 'the server');
  }

  /** Name ("host:port") of the key's master as far as the client knows it. */
  ownerOf(key: string): string | undefined {
    if (!isCluster(this.#client)) return this.#whole.name;
    return this.#client.slots[keySlot(key)]?.[0];
  }

  /** The state of the key's master. */
  stateOf(key: string): NodeState {
    const { status } = this.#client;
    if (status !== 'ready') {
      this.#begin(this.#whole, 'gone', performance.now(), undefined, `the client is ${status}`);
      return this.#whole;
    }
    return this.#named(this.ownerOf(key) ?? 'no master');
  }

  /** Whether operations are waiting in such numbers that one more is refused. */
  get isCrowded(): boolean {
    return this.#wakers.size >= MOST_WAITING;
  }

  /** How long an operation with this deadline may go on. What went by while a node failed over does not count. */
  limitsOf(deadline: number): Limits {
    const { deadline: usual, failoverDeadline } = this.#policy;
    const hard = deadline + Math.max(0, failoverDeadline - usual);
    const lost = this.#standstills.since(deadline - usual);
    return { soft: Math.min(hard, deadline + lost), hard };
  }

  /** Notes that the node has answered, if only that it refuses this command. */
  noteAnswer(node: NodeState): void {
    node.answeredAt = performance.now();
    if (node.trouble) this.#end(node);
  }

  /** Notes what a command failed by. @param sentAt `performance.now()` ms */
  noteFailure(node: NodeState, key: string | undefined, error: unknown, sentAt: number): void {
    const kind = kindOfFailure(error);
    if (kind === 'gone' || kind === 'refusing') this.#begin(node, kind, sentAt, key, error);
    else if (kind === 'unanswered' && isSilent(node, sentAt)) {
      this.#begin(node, 'silent', sentAt, key, error);
    } else if (kind === 'passing') node.answeredAt = performance.now();
  }

  /**
   * Waits until the key's node serves.
   * @returns how long the operation may go on now
   * @throws SessionStoreUnavailableError where it does not in time, or has not for so long that nothing is to be hoped for
   */
  async untilServed(key: string, { soft, hard }: Limits): Promise<Limits> {
    let mayGoOn = soft;
    for (;;) {
      const node = this.stateOf(key);
      if (!node.trouble) return { soft: mayGoOn, hard };
      const isFailover = this.#mayFailOver(key);
      const now = performance.now();
      const limit = isFailover ? hard : soft;
      if (now >= limit || this.#isOpen(node.trouble, isFailover, now) || this.#closed) {
        throw unserved(node, node.trouble);
      }
      if (this.isCrowded) throw crowded();
      await this.#change(limit);
      // Time to be answered in, as if it came now.
      if (isFailover) mayGoOn = Math.min(hard, performance.now() + this.#policy.deadline);
    }
  }

  /** Lets go of timers; what waits is refused. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#looker);
    this.#wake();
  }

  /** Whether a node has been away for longer than anybody waits for it: then nobody does. */
  #isOpen({ since }: Trouble, isFailover: boolean, now: number): boolean {
    const { deadline, failoverDeadline } = this.#policy;
    return now - since >= (isFailover ? failoverDeadline : deadline);
  }

  /** Whether another node may take the place of the key's: it has a replica, and most masters are there to elect it. */
  #mayFailOver(key: string): boolean {
    const client = this.#client;
    const { deadline, failoverDeadline } = this.#policy;
    if (!isCluster(client) || client.status !== 'ready' || failoverDeadline <= deadline) {
      return false;
    }
    const nodes = client.slots[keySlot(key)] ?? [];
    const trouble = this.#named(nodes[0] ?? 'no master').trouble;
    if (trouble?.kind !== 'refusing' && nodes.length < 2) return false;
    const masters = new Set(client.nodes('master').map(nameOf));
    const lost = [...this.#nodes.values()].filter(({ name, trouble: its }) => {
      const isLost = its !== undefined && its.kind !== 'refusing';
      if (isLost) masters.add(name);
      return isLost;
    });
    return masters.size - lost.length > masters.size / 2;
  }

  #named(name: string): NodeState {
    let node = this.#nodes.get(name);
    if (!node) this.#nodes.set(name, (node = new NodeState(name)));
    return node;
  }

  #begin(
    node: NodeState,
    kind: Trouble['kind'],
    since: number,
    key: string | undefined,
    failure: unknown,
  ): void {
    if (node.trouble) return;
    node.trouble = { kind, since, key, failure };
    if (this.#closed || this.#looker) return;
    this.#pause = FIRST_LOOK_MS;
    this.#looker = setTimeout(() => this.#look(), 0).unref();
  }

  #end(node: NodeState): void {
    if (node.trouble) this.#standstills.add(node.trouble.since, performance.now());
    node.trouble = undefined;
    this.#wake();
  }

  /** Asks each node in trouble one question at a time, and the cluster who owns what, until all serve. */
  #look(): void {
    this.#looker = undefined;
    const troubled = [this.#whole, ...this.#nodes.values()].filter(({ trouble }) => trouble);
    if (troubled.length === 0 || this.#closed) return;
    for (const node of troubled) this.#probe(node);
    const client = this.#client;
    if (isCluster(client) && client.status === 'ready') {
      client.refreshSlotsCache(() => this.#reconsider());
      const masters = client.nodes('master');
      for (const master of masters) this.#greet(master);
      this.#forgetGone(masters);
    }
    this.#reconsider();
    const pause = this.#pause * (0.75 + Math.random() / 2);
    this.#pause = Math.min(this.#pause * 2, this.#wakers.size > 0 ? LOOK_MS : IDLE_LOOK_MS);
    this.#looker = setTimeout(() => this.#look(), pause).unref();
  }

  /** A node that only a greeting found away is of no interest once it owns nothing. */
  #forgetGone(masters: readonly Redis[]): void {
    const there = new Set(masters.map(nameOf));
    for (const node of this.#nodes.values()) {
      if (node.trouble && node.trouble.key === undefined && !there.has(node.name)) this.#end(node);
    }
  }

  /** Wakes those who wait where what they may hope for has changed. */
  #reconsider(): void {
    const now = performance.now();
    let isNews = false;
    for (const node of [this.#whole, ...this.#nodes.values()]) {
      const { trouble } = node;
      if (!trouble) continue;
      const isFailover = trouble.key !== undefined && this.#mayFailOver(trouble.key);
      const owner = trouble.key === undefined ? undefined : this.ownerOf(trouble.key);
      const outlook = `${owner} ${isFailover} ${this.#isOpen(trouble, isFailover, now)}`;
      if (outlook !== node.outlook) isNews = true;
      node.outlook = outlook;
    }
    if (isNews) this.#wake();
  }

  /** Asks for a key of the node, the way operations go: answered by whoever owns it by then. */
  #probe(node: NodeState): void {
    const client = this.#client;
    if (node === this.#whole && isCluster(client)) {
      if (client.status === 'ready') this.#end(node);
      return;
    }
    const { key } = node.trouble!;
    if (client.status !== 'ready' || node.isProbed) return;
    if (key !== undefined || !isCluster(client)) {
      void this.#ask(node, key, () => (key === undefined ? client.ping() : client.exists(key)));
    }
  }

  /** Asks a master that has been quiet whether it is there: without most of them there is no failover. */
  #greet(master: Redis): void {
    const node = this.#named(nameOf(master));
    if (node.isProbed || node.trouble?.key !== undefined) return;
    if (performance.now() - node.answeredAt > HEARD_MS) {
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
      this.noteAnswer(node);
    } catch (error) {
      if (kindOfFailure(error) === 'refused') this.noteAnswer(node);
      else this.noteFailure(node, key, error, sentAt);
    } finally {
      node.isProbed = false;
    }
  }

  /** Until something has changed, or the limit. */
  #change(limit: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.max(0, limit - performance.now()));
      this.#wakers.add(wake);
    });
  }

  #wake(): void {
    for (const wake of [...this.#wakers]) wake();
  }
}

function isSilent(node: NodeState, sentAt: number): boolean {
  return node.answeredAt < sentAt && performance.now() - sentAt >= SILENCE_MS;
}

function nameOf({ options }: Redis): string {
  return `${options.host}:${options.port}`;
}

function unserved(node: NodeState, { since, failure }: Trouble): SessionStoreUnavailableError {
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  const { least, more } = RETRY_AFTER;
  return new SessionStoreUnavailableError(
    `Redis at ${node.name} has not served for ${seconds} s: ${describeFailure(failure)}. ` +
      "If this lasts, check the cluster (CLUSTER INFO, CLUSTER NODES) and the options 'deadline' and 'failoverDeadline'.",
    least + Math.floor(Math.random() * more),
  );
}

/** What is told where too many wait already. */
export function crowded(): SessionStoreUnavailableError {
  return new SessionStoreUnavailableError(
    `${MOST_WAITING} operations wait for Redis in this process already, so this one was refused at once. Redis is slower than its load asks for: check its latency, or add masters.`,
    RETRY_AFTER.least,
  );
}
