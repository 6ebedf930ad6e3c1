import { setTimeout as delay } from 'node:timers/promises';
import { SessionStoreUnavailableError } from '../../core/errors.js';
import { isCluster, type RedisClient } from '../redis-client.js';
import type { RedisExecutor } from '../redis-executor.js';
import { keySlot } from '../key-slot.js';
import type { DurableReply } from '../durable-scripts.js';
import { HeardOwners } from './heard-owners.js';
import { Hints } from './hints.js';
import { inTime } from './in-time.js';
import { Settling } from './settling.js';
import { SlotConnections } from './slot-connections.js';
import type { Withdrawal } from './withdrawal.js';
import { WithdrawalMemory, type Place, type WithdrawalBounds } from './withdrawal-memory.js';
import { WithdrawalReplay } from './withdrawal-replay.js';

/** Pause of a request that waits for it. */
const PAUSE_MS = 10;

/** Asks of a home. @param on the connection over which it does */
type Ask<R> = (on: object | undefined) => Promise<R>;

/**
 * Remembers what took rights away and does it again when a slot's owner changes: a replica that takes over may never have heard of it
 * (Redis replicates asynchronously). No answer of a home is believed before its owner has heard of all that is remembered.
 */
export class Withdrawals {
  readonly #memory: WithdrawalMemory;
  readonly #connections: SlotConnections;
  readonly #settling: Settling;
  readonly #executor: RedisExecutor;
  readonly #hints: Hints;
  /** None where no other node can take over. */
  readonly #heard: HeardOwners | undefined;

  constructor(
    client: RedisClient,
    executor: RedisExecutor,
    keyPrefix: string,
    bounds?: WithdrawalBounds,
  ) {
    this.#executor = executor;
    this.#memory = new WithdrawalMemory(bounds);
    this.#connections = new SlotConnections(client, executor.nodes, () => this.#settling.soon());
    this.#hints = new Hints(executor, keyPrefix);
    if (isCluster(client)) this.#heard = new HeardOwners(this.#connections, () => this.#hear());
    const replay = new WithdrawalReplay(executor, keyPrefix);
    this.#settling = new Settling(this.#memory, this.#connections, replay);
  }

  /** Hears what others have left, so that the first requests need not. */
  async open(): Promise<void> {
    await this.#heard?.listen();
  }

  /**
   * Asks of a home what may only be answered by a node that has heard of all that is remembered. Where nothing is remembered and the owner is
   * the one of before, as nearly always, it asks at once.
   * @param ask may be called again, so it must be the same operation each time; it is told the connection over which it asks
   * @throws SessionStoreUnavailableError where the node does not hear of it by the deadline
   */
  guard<R>(home: string, deadline: number, ask: Ask<R>): Promise<R> {
    const slot = keySlot(`{${home}}`);
    const on = this.#connections.of(slot);
    const place = this.#memory.placeOf(home);
    if (this.#isUnheard(on) || (place && this.#settling.on(place) === undefined)) {
      return this.#untilBelieved(home, slot, deadline, ask);
    }
    return ask(on).then((answer) =>
      this.#isBelieved(slot, place, on)
        ? answer
        : this.#untilBelieved(home, slot, deadline, ask, { on }),
    );
  }

  /** @param asked before, and not to be believed */
  async #untilBelieved<R>(
    home: string,
    slot: number,
    deadline: number,
    ask: Ask<R>,
    asked?: { readonly on: object | undefined },
  ): Promise<R> {
    if (asked && asked.on === undefined) await this.#connected(slot, deadline);
    for (;;) {
      const on = this.#connections.of(slot);
      // While the owner does not serve, waiting for it comes first: another may take its place.
      if (this.#isUnheard(on) && this.#executor.serves(`{${home}}`)) {
        await this.#by(deadline, this.#heard!.listen(on));
        continue;
      }
      const place = this.#memory.placeOf(home);
      if (place && this.#settling.on(place) === undefined) {
        await this.#settleBy(deadline, place);
        continue;
      }
      const answer = await ask(on);
      // What the client was redirected to is asked once more, when it has heard of it.
      if (this.#isBelieved(slot, place, on)) return answer;
      if (on === undefined) await this.#connected(slot, deadline);
    }
  }

  /** Does what takes rights away, and remembers what the result says of it. */
  async remember<R>(
    home: string,
    act: () => Promise<R>,
    taken: (result: R) => readonly Withdrawal[],
  ): Promise<R> {
    const on = this.connectionOf(home);
    const result = await act();
    this.saw(home, taken(result), on);
    return result;
  }

  /** The same of what is to be on a replica. What is on none is left with another master, as no server may live to tell. */
  async rememberDurably<R extends DurableReply>(
    home: string,
    deadline: number,
    act: () => Promise<R>,
    taken: (result: R) => readonly Withdrawal[],
  ): Promise<R> {
    const result = await this.remember(home, act, taken);
    if (!result.durable) {
      // Done it is, and told as not durable: that it could not be left there either changes nothing.
      await this.#hints.lodge(home, taken(result), this.#executor.limitsOf(deadline).hard);
    }
    return result;
  }

  /** The connection over which a home is asked now. */
  connectionOf(home: string): object | undefined {
    return this.#connections.of(keySlot(`{${home}}`));
  }

  /** Remembers what an answer has told of. @param on the connection over which it was asked */
  saw(home: string, withdrawals: readonly Withdrawal[], on: object | undefined): void {
    if (withdrawals.length === 0) return;
    this.#memory.add(home, withdrawals, on === this.connectionOf(home) ? on : undefined);
  }

  close(): void {
    this.#settling.close();
    this.#connections.close();
  }

  #isBelieved(slot: number, place: Place | undefined, on: object | undefined): boolean {
    return place ? this.#settling.on(place) === on : this.#isTrusted(slot, on);
  }

  /**
   * Whether an answer came over that connection, which was found good before. Where it is gone meanwhile nobody knows who has answered: its node,
   * or after it the one that took over.
   */
  #isTrusted(slot: number, on: object | undefined): boolean {
    if (!this.#heard) return true;
    const now = this.#connections.of(slot);
    return on !== undefined && now !== undefined && !this.#isUnheard(on) && !this.#isUnheard(now);
  }

  #isUnheard(on: object | undefined): boolean {
    return on !== undefined && this.#heard?.has(on) === false;
  }

  /** Resolves where the slot has a connection, or may have one. */
  async #connected(slot: number, deadline: number): Promise<void> {
    if (this.#connections.of(slot) !== undefined) return;
    if (performance.now() >= this.#executor.limitsOf(deadline).hard) throw untold();
    await delay(PAUSE_MS);
  }

  async #hear(): Promise<void> {
    for (const { home, withdrawal } of await this.#hints.hear()) {
      this.#memory.add(home, [withdrawal], undefined);
    }
    if (this.#settling.unsettled().length > 0) this.#settling.soon();
  }

  #by<R>(deadline: number, work: Promise<R>): Promise<R> {
    return inTime(this.#executor.limitsOf(deadline).hard, work, untold);
  }

  async #settleBy(deadline: number, place: Place): Promise<void> {
    const { hard } = this.#executor.limitsOf(deadline);
    const isBegun = place.settling !== undefined;
    try {
      await inTime(hard, this.#settling.settle(place, deadline), untold);
    } catch (error) {
      // What another began may have had less time.
      if (!isBegun) throw error;
    }
    if (this.#settling.on(place) !== undefined) return;
    // Where all went well the connection has changed meanwhile.
    if (performance.now() >= hard) throw untold();
    await delay(PAUSE_MS);
  }
}

function untold(): SessionStoreUnavailableError {
  return new SessionStoreUnavailableError(
    "Redis could not serve the session in time: its slot has a new owner, which has not yet been told of logins that were ended. If this lasts, check the cluster (CLUSTER INFO) and the option 'deadline'.",
  );
}
