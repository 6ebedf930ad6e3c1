import { SessionStoreUnavailableError } from '../core/errors.js';
import { RecoveryProbes } from './recovery-probes.js';
import type { Effort } from './effort.js';
import type { NodeConnections } from './node-connections.js';
import type { NodeState, Trouble } from './node-state.js';
import { NodeStates } from './node-states.js';
import { OwnPauses } from './own-pauses.js';
import type { RedisClient } from './redis-client.js';
import { describeFailure, kindOfFailure } from './redis-failure.js';
import { MOST_WAITING, SILENCE_MS, type RedisPolicy } from './redis-policy.js';
import { prolonged, type Limits } from './limits.js';
import { Standstills } from './standstills.js';

/** Retry-After of what is refused at once, in seconds: spread, so that not all clients come back together. */
const RETRY_AFTER = { least: 1, most: 3 };

/**
 * Knows which masters serve. Operations of one that does not wait here, and none is sent to it; they go on when it serves again or
 * another has taken its place, and are refused when that takes too long.
 */
export class NodeWatch {
  /** When this process stood still itself: nothing that failed by it is held against a node, and no time of it against an operation. */
  readonly pauses: OwnPauses = new OwnPauses();
  readonly #client: RedisClient;
  readonly #policy: RedisPolicy;
  readonly #states: NodeStates;
  readonly #probes: RecoveryProbes;
  readonly #standstills = new Standstills();
  readonly #wakers = new Set<() => void>();
  #closed = false;

  constructor(client: RedisClient, policy: RedisPolicy, connections: NodeConnections) {
    this.#client = client;
    this.#policy = policy;
    this.#states = new NodeStates(client, connections);
    const hasWaiting = (): boolean => this.#wakers.size > 0;
    this.#probes = new RecoveryProbes(client, connections, this.#states, {
      get isAwaited() {
        return hasWaiting();
      },
      answered: (node) => this.noteAnswer(node),
      failed: (node, key, error, sentAt) => this.noteFailure(node, key, error, sentAt),
      gone: (node) => this.#end(node),
      looked: () => this.#reconsider(),
    });
  }

  /** Name ("host:port") of the key's master as far as the client knows it. */
  ownerOf(key: string): string | undefined {
    return this.#states.ownerOf(key);
  }

  /** The state of the key's master. */
  stateOf(key: string): NodeState {
    const { status } = this.#client;
    if (status === 'ready') return this.#states.ofKey(key);
    const { whole } = this.#states;
    this.#begin(whole, {
      isSilent: false,
      since: performance.now(),
      key: undefined,
      failure: `the client is ${status}`,
    });
    return whole;
  }

  /** Whether so many operations wait that one more is refused. */
  get isCrowded(): boolean {
    return this.#wakers.size >= MOST_WAITING;
  }

  /** How long an operation with this deadline may go on. What went by while a node did not serve, or this process stood still, does not count. */
  limitsOf(deadline: number): Limits {
    const { deadline: usual, failoverDeadline } = this.#policy;
    const hard = deadline + Math.max(0, failoverDeadline - usual);
    const lost = this.#standstills.since(deadline - usual, performance.now());
    return prolonged({ soft: deadline, hard }, lost + this.pauses.since(deadline - usual));
  }

  /** Notes that the node has answered, if only that it refuses this command. */
  noteAnswer(node: NodeState): void {
    node.answeredAt = performance.now();
    if (node.trouble) this.#end(node);
  }

  /** Notes what a command failed by. @param sentAt `performance.now()` ms */
  noteFailure(node: NodeState, key: string | undefined, error: unknown, sentAt: number): void {
    const kind = kindOfFailure(error);
    // As if it had been sent after what this process missed.
    const since = sentAt + this.pauses.since(sentAt);
    const isSilent = kind === 'unanswered';
    if (kind === 'refused' || kind === 'passing') this.noteAnswer(node);
    else if (!isSilent || isUnheard(node, since)) {
      this.#begin(node, { isSilent, since, key, failure: error });
    }
  }

  /**
   * Waits until the operation's node serves.
   * @throws SessionStoreUnavailableError where it does not in time, or has not for so long that nothing is to be hoped for
   */
  async untilServed(effort: Effort): Promise<void> {
    let hasRiddenOut = false;
    for (;;) {
      const { key, limits } = effort;
      const node = this.stateOf(key);
      if (!node.trouble) {
        // Time to be answered in, as if it came now.
        if (hasRiddenOut) effort.mayGoOnUntil(performance.now() + this.#policy.deadline);
        return;
      }
      const isFailover = this.#mayFailOver(key);
      const limit = isFailover ? limits.hard : limits.soft;
      if (this.#closed || performance.now() >= limit || this.#isOpen(node.trouble, isFailover)) {
        throw unserved(node, node.trouble);
      }
      if (this.isCrowded) throw crowded();
      await this.#change(limit);
      hasRiddenOut ||= isFailover;
    }
  }

  /** Lets go of timers; what waits is refused. */
  close(): void {
    this.#closed = true;
    this.#probes.stop();
    this.pauses.stop();
    this.#wake();
  }

  /** Whether a node has been away for longer than anybody waits for it: then nobody does (an open circuit). */
  #isOpen({ since }: Trouble, isFailover: boolean): boolean {
    const { deadline, failoverDeadline } = this.#policy;
    return performance.now() - since >= (isFailover ? failoverDeadline : deadline);
  }

  #mayFailOver(key: string): boolean {
    const { deadline, failoverDeadline } = this.#policy;
    return failoverDeadline > deadline && this.#states.mayFailOver(key);
  }

  /** Of a node in trouble the newest news count, but not since when. */
  #begin(node: NodeState, news: Trouble): void {
    const known = node.trouble;
    if (known && news.key === undefined) return;
    node.trouble = { ...news, since: known?.since ?? news.since, key: known?.key ?? news.key };
    this.#standstills.begin(node, node.trouble.since);
    this.#probes.start();
  }

  #end(node: NodeState): void {
    this.#standstills.end(node, performance.now());
    node.trouble = undefined;
    this.#wake();
  }

  /** Wakes those who wait where what they may hope for has changed. */
  #reconsider(): void {
    let isNews = false;
    for (const node of this.#states.troubled) {
      const trouble = node.trouble!;
      const { key } = trouble;
      const owner = key === undefined ? undefined : this.ownerOf(key);
      const isFailover = key !== undefined && this.#mayFailOver(key);
      const outlook = `${owner} ${isFailover} ${this.#isOpen(trouble, isFailover)}`;
      if (outlook !== node.outlook) isNews = true;
      node.outlook = outlook;
    }
    if (isNews) this.#wake();
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

function isUnheard(node: NodeState, sentAt: number): boolean {
  return node.answeredAt < sentAt && performance.now() - sentAt >= SILENCE_MS;
}

function unserved(node: NodeState, { since, failure }: Trouble): SessionStoreUnavailableError {
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  const { least, most } = RETRY_AFTER;
  return new SessionStoreUnavailableError(
    `Redis at ${node.name} has not served for ${seconds} s: ${describeFailure(failure)}. ` +
      "If this lasts, check the cluster (CLUSTER INFO, CLUSTER NODES) and the options 'deadline' and 'failoverDeadline'.",
    least + Math.floor(Math.random() * (most - least + 1)),
  );
}

/** What is told where too many wait already. */
export function crowded(): SessionStoreUnavailableError {
  return new SessionStoreUnavailableError(
    `${MOST_WAITING} operations wait for Redis in this process already, so this one was refused at once. Redis is slower than its load asks for: check its latency, or add masters.`,
    RETRY_AFTER.least,
  );
}
