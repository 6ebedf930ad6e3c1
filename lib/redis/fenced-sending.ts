import { setTimeout as delay } from 'node:timers/promises';
import { DeadlinePassed } from './before-deadline.js';
import type { Limits } from './limits.js';
import type { NodeWatch } from './node-watch.js';
import type { OwnerClocks } from './owner-clocks.js';
import type { RedisClient } from './redis-client.js';
import { REMEMBERED_MS } from './redis-policy.js';

/** First a word, then Redis' time in ms, then what the script adds. */
export type ScriptReply = [status: string, now: number, ...rest: unknown[]];

/** Sends a script, given its deadline in the time of the key's node. */
export type SendFenced = (to: RedisClient, fence: string) => Promise<unknown>;

/** Sends scripts that carry their deadline, so that Redis itself refuses them when it has passed. */
export class FencedSending {
  constructor(
    private readonly client: RedisClient,
    private readonly clocks: OwnerClocks,
    private readonly watch: NodeWatch,
  ) {}

  send(to: RedisClient, key: string, limits: Limits, script: SendFenced): Promise<ScriptReply> {
    // Nothing is awaited where the clock is known: what the caller sends next in this turn must come after this.
    const owner = this.clocks.known(key);
    return owner === undefined
      ? this.clocks
          .learned(key, limits.soft)
          .then((learned) => this.#inTimeOf(learned, to, key, limits, script))
      : this.#inTimeOf(owner, to, key, limits, script);
  }

  #inTimeOf(
    owner: string,
    to: RedisClient,
    key: string,
    limits: Limits,
    script: SendFenced,
  ): Promise<ScriptReply> {
    const { soft, hard } = limits;
    const sentAt = performance.now();
    const offset = this.clocks.offsetOf(owner);
    const until = Math.floor(soft + offset);
    const longer = Math.ceil(hard + offset) + REMEMBERED_MS - until;
    return script(to, `${until} ${longer}`).then((answer) => {
      const reply = answer as ScriptReply;
      if (reply[0] === 'late') return this.#again(owner, to, key, limits, script);
      // The client may have followed the key to another node.
      const answerer = to === this.client ? (this.watch.ownerOf(key) ?? owner) : owner;
      this.clocks.observe(answerer, reply[1], sentAt);
      return reply;
    });
  }

  /** A node that finds itself past the deadline while there is time left is asked for its time anew. */
  async #again(
    owner: string,
    to: RedisClient,
    key: string,
    limits: Limits,
    script: SendFenced,
  ): Promise<ScriptReply> {
    this.watch.noteAnswer(this.watch.stateOf(key));
    if (performance.now() >= limits.soft) throw new DeadlinePassed();
    this.clocks.forget(owner);
    await delay(1);
    return this.send(to, key, limits, script);
  }
}
