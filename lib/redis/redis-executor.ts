import { setTimeout as delay } from 'node:timers/promises';
import type { StoreHealth } from '../core/store-health.js';
import { beforeDeadline, DeadlinePassed } from './before-deadline.js';
import { Effort, mayBeRepeated, unavailable, type FailedSending } from './effort.js';
import { FencedSending, type ScriptReply, type SendFenced } from './fenced-sending.js';
import type { Limits } from './limits.js';
import { NodeConnections } from './node-connections.js';
import type { NodeState } from './node-state.js';
import { crowded, NodeWatch } from './node-watch.js';
import { inOneWrite } from './one-write.js';
import { OwnerClocks } from './owner-clocks.js';
import { isCluster, type RedisClient } from './redis-client.js';
import { DEFAULT_POLICY, type RedisPolicy } from './redis-policy.js';
import { isForClient, kindOfFailure } from './redis-failure.js';
import type { RefusalLog } from './refusal-log.js';
import { RetryBudget } from './retry-budget.js';

const LONGEST_PAUSE_MS = 100;

/** Sends commands within their deadline, repeating what a failover or a moving slot made fail. All of them may be repeated. */
export class RedisExecutor {
  readonly nodes: NodeConnections;
  readonly #client: RedisClient;
  readonly #clocks: OwnerClocks;
  readonly #fences: FencedSending;
  readonly #watch: NodeWatch;
  readonly #budget = new RetryBudget();
  readonly #health: StoreHealth | undefined;
  readonly #refusals: RefusalLog | undefined;

  /** @param health hears what was answered and what was given up @param refusals hears of rights that are missing */
  constructor(
    client: RedisClient,
    policy: RedisPolicy = DEFAULT_POLICY,
    health?: StoreHealth,
    refusals?: RefusalLog,
  ) {
    this.#client = client;
    this.nodes = new NodeConnections(client);
    this.#watch = new NodeWatch(client, policy, this.nodes);
    this.#clocks = new OwnerClocks(this.nodes, (key) => this.ownerOf(key));
    this.#fences = new FencedSending(client, this.#clocks, this.#watch);
    this.#health = health;
    this.#refusals = refusals;
  }

  /** Learns the clocks of all masters, so that the first writes need not ask. */
  async learnClocks(deadline: number): Promise<void> {
    const masters = isCluster(this.#client)
      ? new Set(this.#client.slots.map((nodes) => nodes?.[0]).filter((node) => node !== undefined))
      : [this.#watch.ownerOf('')!];
    await Promise.all(
      [...masters].map((master) => this.#clocks.learn(master, deadline).catch(() => undefined)),
    );
  }

  /** Lets go of timers and of the client. */
  close(): void {
    this.#watch.close();
    this.nodes.close();
  }

  /** Ms that an operation with this deadline has left. @param deadline `performance.now()` ms */
  timeLeft(deadline: number): number {
    return this.#watch.limitsOf(deadline).soft - performance.now();
  }

  /** Node that owns the key as far as the client knows; undefined where it knows of none. */
  ownerOf(key: string): string | undefined {
    return this.#watch.ownerOf(key);
  }

  /** Whether the key's node serves as far as is known. */
  serves(key: string): boolean {
    return this.#watch.stateOf(key).trouble === undefined;
  }

  /** Time of the key's node, ms since 1970; undefined where it is not known yet. */
  now(key: string): number | undefined {
    return this.#clocks.now(key);
  }

  /** How long an operation with this deadline (`performance.now()` ms) may go on, where it waits for something else than a reply. */
  limitsOf(deadline: number): Limits {
    return this.#watch.limitsOf(deadline);
  }

  /**
   * Sends a command until it is answered or its time is over: at its deadline, or later while the key's node fails over.
   * @param key the command's own: who owns it is asked
   * @param deadline `performance.now()` ms
   * @param send called in this turn where the node serves; it is told where to, and until when it may take
   */
  run<R>(key: string, deadline: number, send: Send<R>): Promise<R> {
    const limits = this.#watch.limitsOf(deadline);
    this.#watch.pauses.watch();
    this.#budget.earn();
    // Nothing is awaited where the node serves: what the caller sends next in this turn must come after this.
    const node = this.#watch.stateOf(key);
    if (node.trouble || !node.turnstile.enter()) return this.#untilAnswered(key, limits, send);
    const sentAt = performance.now();
    const to = this.nodes.wayTo(node.name);
    return this.#sendTo(node, to, limits, send).then(
      (answer) => this.#noteAnswer(node, answer),
      (error: unknown) => this.#untilAnswered(key, limits, send, { node, to, error, sentAt }),
    );
  }

  /** Where the first node has failed, or could not be asked at once. */
  async #untilAnswered<R>(
    key: string,
    limits: Limits,
    send: Send<R>,
    failed?: FailedSending,
  ): Promise<R> {
    const began = failed?.sentAt ?? performance.now();
    const effort = new Effort(key, limits, began, this.#watch.pauses);
    try {
      for (;;) {
        // The client follows the slot to another node, and learns from that who owns what.
        const entered =
          failed && failed.to !== this.#client && isForClient(failed.error)
            ? failed.node
            : undefined;
        if (failed && !entered) await this.#pauseAfter(failed, effort);
        const node = entered ?? (await this.#enter(effort));
        const to = entered ? this.#client : this.nodes.wayTo(node.name);
        const sentAt = performance.now();
        try {
          return this.#noteAnswer(node, await this.#sendTo(node, to, effort.limits, send));
        } catch (error) {
          failed = { node, to, error, sentAt };
        }
      }
    } catch (error) {
      this.#health?.noteFailure();
      throw error;
    }
  }

  #sendTo<R>({ name }: NodeState, to: RedisClient, limits: Limits, send: Send<R>): Promise<R> {
    const connection = this.nodes.to(name);
    if (connection) inOneWrite(connection);
    return beforeDeadline(limits.soft, () => send(to, limits));
  }

  #noteAnswer<R>(node: NodeState, answer: R): R {
    this.#watch.noteAnswer(node);
    node.turnstile.leave();
    this.#health?.noteSuccess();
    return answer;
  }

  /** @throws SessionStoreUnavailableError where it is not to be sent again */
  async #pauseAfter({ node, error, sentAt }: FailedSending, effort: Effort): Promise<void> {
    this.#watch.noteFailure(node, effort.key, error, sentAt);
    if (!(error instanceof DeadlinePassed)) effort.failure = error;
    this.#refusals?.note(error);
    node.turnstile.leave();
    // It may have been answered when nobody was there to hear it.
    const isUnanswered = kindOfFailure(error) === 'unanswered';
    if (isUnanswered && this.#watch.pauses.since(sentAt) > 0) return;
    if (!mayBeRepeated(error, node)) throw unavailable(effort.failure);
    await this.#pause(effort, node);
  }

  /** Waits until the key's node serves and has room. @returns that node, entered */
  async #enter(effort: Effort): Promise<NodeState> {
    for (;;) {
      const node = this.#watch.stateOf(effort.key);
      if (node.trouble) await this.#watch.untilServed(effort);
      else if (node.turnstile.enter() || (await this.#turn(node, effort))) return node;
    }
  }

  /** Waits until the node has room. @returns false where it does not serve by then */
  async #turn(node: NodeState, effort: Effort): Promise<boolean> {
    if (this.#watch.isCrowded) throw crowded();
    const isIn = await node.turnstile.wait(effort.limits.soft);
    if (isIn && !node.trouble) return true;
    if (isIn) node.turnstile.leave();
    else if (!node.trouble && performance.now() >= effort.limits.soft) {
      throw unavailable(effort.failure);
    }
    return false;
  }

  /** Waiting for a node in trouble is pause enough, unless it serves at once and fails again. */
  async #pause(effort: Effort, node: NodeState): Promise<void> {
    const { limits, pause, failure } = effort;
    if (node.trouble && effort.troubles++ === 0) return;
    if (!node.trouble && !this.#budget.spend()) throw unavailable(failure);
    if (!node.trouble && limits.soft - performance.now() <= pause) throw unavailable(failure);
    await delay(pause * (0.5 + Math.random() / 2));
    effort.pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }

  /**
   * Sends a script that carries its deadline in the time of the key's node. A node whose clock is not known is asked
   * first; one that finds itself past the deadline while there is time left is asked again.
   */
  runFenced(key: string, deadline: number, send: SendFenced): Promise<ScriptReply> {
    return this.run(key, deadline, (to, limits) => this.#fences.send(to, key, limits, send));
  }

  /** Learns what time it is on the key's node, if that is not known. */
  learnNow(key: string, deadline: number): Promise<number> {
    return this.run(key, deadline, async (_, { soft }) => {
      await this.#clocks.learned(key, soft);
      return this.#clocks.now(key)!;
    });
  }
}

/**
 * Sends, given until when it may take.
 * @param to the connection to the key's node itself, which spares what the client does for each command; the client where that is not ready
 */
type Send<R> = (to: RedisClient, limits: Limits) => Promise<R>;
