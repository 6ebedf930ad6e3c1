import { setTimeout as delay } from 'node:timers/promises';
import { SessionStoreUnavailableError } from '../core/errors.js';
import type { StoreHealth } from '../core/store-health.js';
import { keySlot } from './key-slot.js';
import { NodeClocks } from './node-clocks.js';
import { isCluster, type RedisClient } from './redis-client.js';
import { describeFailure, isPassing } from './redis-failure.js';

const SINGLE = 'single';
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 100;

/** Sends commands within their deadline, repeating what a failover or a moving slot made fail. All of them may be repeated. */
export class RedisExecutor {
  readonly #client: RedisClient;
  readonly #clocks = new NodeClocks();

  readonly #health: StoreHealth | undefined;

  /** @param health hears what was answered and what was given up */
  constructor(client: RedisClient, health?: StoreHealth) {
    this.#client = client;
    this.#health = health;
  }

  /** Learns the clocks of all masters, so that the first writes need not ask. */
  async learnClocks(deadline: number): Promise<void> {
    const owners = isCluster(this.#client)
      ? new Set(this.#client.slots.map((nodes) => nodes?.[0]).filter((node) => node !== undefined))
      : [SINGLE];
    await Promise.all(
      [...owners].map((node) => this.#learn(node, deadline).catch(() => undefined)),
    );
  }

  /** Node that owns the key as far as the client knows; undefined where it knows of none. */
  ownerOf(key: string): string | undefined {
    if (!isCluster(this.#client)) return SINGLE;
    return this.#client.slots[keySlot(key)]?.[0];
  }

  /** Time of the key's node, ms since 1970; undefined where it is not known yet. */
  now(key: string): number | undefined {
    const owner = this.ownerOf(key);
    return owner === undefined ? undefined : this.#clocks.now(owner);
  }

  /** Sends a command until it is answered or the deadline (`performance.now()` ms) has passed. */
  async run<R>(deadline: number, send: () => Promise<R>): Promise<R> {
    try {
      const answer = await this.#repeat(deadline, send);
      this.#health?.noteSuccess();
      return answer;
    } catch (error) {
      this.#health?.noteFailure();
      throw error;
    }
  }

  async #repeat<R>(deadline: number, send: () => Promise<R>): Promise<R> {
    let failure: unknown;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        return await beforeDeadline(deadline, send);
      } catch (error) {
        if (!(error instanceof DeadlinePassed)) failure = error;
        if (error instanceof DeadlinePassed || !isPassing(error)) throw unavailable(failure);
      }
      const left = deadline - performance.now();
      if (left <= pause) throw unavailable(failure);
      await delay(pause * (0.5 + Math.random() / 2));
    }
  }

  /**
   * Sends a script that carries its deadline in the time of the key's node. A node whose clock is not known is asked
   * first; one that finds itself past the deadline while there is time left is asked again.
   */
  async runFenced(
    key: string,
    deadline: number,
    send: (redisDeadline: string) => Promise<unknown>,
  ): Promise<ScriptReply> {
    return this.run(deadline, async () => {
      for (;;) {
        // Nothing is awaited where the clock is known: what the caller sends next in this turn must come after this.
        const owner = this.#clockedOwner(key) ?? (await this.#knownOwner(key, deadline));
        const sentAt = performance.now();
        const redisDeadline = Math.floor(this.#clocks.now(owner)! + deadline - sentAt);
        const reply = (await send(String(redisDeadline))) as ScriptReply;
        if (reply[0] !== 'late') {
          this.#clocks.observe(this.ownerOf(key) ?? owner, reply[1], sentAt);
          return reply;
        }
        if (performance.now() >= deadline) throw new DeadlinePassed();
        this.#clocks.forget(owner);
        await delay(1);
      }
    });
  }

  /** Learns what time it is on the key's node, if that is not known. */
  async learnNow(key: string, deadline: number): Promise<number> {
    return this.run(deadline, async () => {
      const owner = this.#clockedOwner(key) ?? (await this.#knownOwner(key, deadline));
      return this.#clocks.now(owner)!;
    });
  }

  #clockedOwner(key: string): string | undefined {
    const owner = this.ownerOf(key);
    return owner !== undefined && this.#clocks.now(owner) !== undefined ? owner : undefined;
  }

  async #knownOwner(key: string, deadline: number): Promise<string> {
    const owner = this.ownerOf(key);
    if (owner === undefined) throw new Error('CLUSTERDOWN the client knows no owner of the slot');
    if (this.#clocks.now(owner) === undefined) await this.#learn(owner, deadline);
    return owner;
  }

  async #learn(node: string, deadline: number): Promise<void> {
    const client = this.#client;
    const connection = isCluster(client)
      ? client.nodes('all').find(({ options }) => `${options.host}:${options.port}` === node)
      : client;
    if (!connection) throw new Error(`No connection to ${node}`);
    const sentAt = performance.now();
    const [seconds, microseconds] = await beforeDeadline(deadline, () => connection.time());
    this.#clocks.observe(node, Number(seconds) * 1000 + Number(microseconds) / 1000, sentAt);
  }
}

/** First a word, then Redis' time in ms, then what the script adds. */
export type ScriptReply = [status: string, now: number, ...rest: unknown[]];

class DeadlinePassed extends Error {}

/**
 * Stops waiting at the deadline. The command itself is never detached from its reply: a later reply is dropped, not
 * taken for another command's.
 */
async function beforeDeadline<R>(deadline: number, send: () => Promise<R>): Promise<R> {
  const left = deadline - performance.now();
  if (left <= 0) throw new DeadlinePassed();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlinePassed()), left);
  });
  try {
    return await Promise.race([send(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function unavailable(failure: unknown): SessionStoreUnavailableError {
  const why = failure === undefined ? 'no reply before the deadline' : describeFailure(failure);
  return new SessionStoreUnavailableError(
    `Redis could not serve the session in time: ${why}. If this lasts, check the cluster (CLUSTER INFO) and the option 'deadline'.`,
  );
}
