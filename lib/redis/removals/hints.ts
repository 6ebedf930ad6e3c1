import { newOperationId } from '../../core/operation-id.js';
import { setTimeout as delay } from 'node:timers/promises';
import { hintsKey } from '../../core/session-keys.js';
import { streamOf } from '../../core/stream-of.js';
import { kindOfFailure } from '../redis-failure.js';
import type { RedisExecutor } from '../redis-executor.js';
import { runScript } from '../session-scripts.js';
import { inTime } from './in-time.js';
import { isWithdrawal, WITHDRAWN_FOR_MS, type Withdrawal } from './withdrawal.js';

/** Enough that every master but the smallest has one. */
const BUCKETS = 16;
/** Time that a master has to take hints. */
const LODGE_MS = 500;
/** Before another try. */
const PAUSE_MS = { lodging: 50, hearing: 20 };
/**
 * Time that a master has for one try to tell its hints, for all tries where it is known not to serve, and else. What it has is lost then, as
 * if it were dead.
 */
const HEAR_MS = { atOnce: 400, troubled: 1000, serving: 2000 };

/** Withdrawals of one home. */
export interface Hint {
  readonly home: string;
  readonly withdrawal: Withdrawal;
}

/**
 * What took rights away and is on no replica, kept on another master for as long as servers remember such things: hinted handoff, as Dynamo has
 * it. Who finds that a slot has a new owner hears the hints before it believes that one; so it need not have known of it, and
 * who did need not live.
 */
export class Hints {
  readonly #keys: readonly string[];

  constructor(
    private readonly executor: RedisExecutor,
    keyPrefix: string,
  ) {
    this.#keys = Array.from({ length: BUCKETS }, (_, bucket) => hintsKey(keyPrefix, bucket));
  }

  /**
   * Writes hints to another master than the home's: each is tried in turn, once at least.
   * Resolves also where none took them, or there is no other master.
   * @param until `performance.now()` ms
   */
  async lodge(home: string, withdrawals: readonly Withdrawal[], until: number): Promise<void> {
    if (withdrawals.length === 0) return;
    const texts = withdrawals.map((withdrawal) => JSON.stringify([home, withdrawal]));
    const refusing = new Set<string>();
    for (;;) {
      const buckets = this.#bucketsFor(home).filter((bucket) => !refusing.has(bucket));
      if (buckets.length === 0) return;
      for (const bucket of buckets) {
        if (await this.#write(bucket, texts, () => refusing.add(bucket))) return;
      }
      if (performance.now() >= until) return;
      await delay(PAUSE_MS.lodging);
    }
  }

  /** All hints there are, of all masters that answer in time. */
  async hear(): Promise<readonly Hint[]> {
    const heard = await Promise.all(
      this.#keys.map((key) => this.#textsOf(key).catch((): string[] => [])),
    );
    return heard.flat().flatMap(parseHint);
  }

  /** @param onRefusal another try is of no use @returns whether it was done in time */
  #write(bucket: string, texts: readonly string[], onRefusal: () => void): Promise<boolean> {
    const id = newOperationId();
    const writing = within(LODGE_MS, (deadline) =>
      this.executor.runFenced(bucket, deadline, (to, fence) =>
        runScript(to, 'hint', bucket, [WITHDRAWN_FOR_MS, fence, id, ...texts]).catch(
          (error: unknown) => {
            if (kindOfFailure(error) === 'refused') onRefusal();
            throw error;
          },
        ),
      ),
    );
    return writing.then(
      () => true,
      () => false,
    );
  }

  /** Asked again and again: a master in trouble refuses at once, and where a whole cluster is down for want of one shard all of them do. */
  async #textsOf(bucket: string): Promise<string[]> {
    const begun = performance.now();
    for (;;) {
      try {
        return await within(HEAR_MS.atOnce, (deadline) =>
          this.executor.run(bucket, deadline, (to) => to.zrange(bucket, '0', '-1')),
        );
      } catch (error) {
        const patience = this.executor.serves(bucket) ? HEAR_MS.serving : HEAR_MS.troubled;
        if (performance.now() - begun >= patience) throw error;
      }
      await delay(PAUSE_MS.hearing);
    }
  }

  /** One of each other node than the home's, so that no single death takes both. */
  #bucketsFor(home: string): string[] {
    const owners = new Set([this.executor.ownerOf(`{${home}}`)]);
    const first = streamOf(home, BUCKETS);
    const inOrder = this.#keys.map((_, at) => this.#keys[(first + at) % BUCKETS]!);
    return inOrder.filter((bucket) => {
      const owner = this.executor.ownerOf(bucket);
      const isAnother = owner !== undefined && !owners.has(owner);
      owners.add(owner);
      return isAnother;
    });
  }
}

/** Else it could take longer, where the node fails over. */
function within<R>(milliseconds: number, work: (deadline: number) => Promise<R>): Promise<R> {
  const deadline = performance.now() + milliseconds;
  return inTime(deadline, work(deadline), late);
}

function late(): Error {
  return new Error('A master did not answer for its hints in time');
}

/** Nothing where somebody else has written it. */
function parseHint(text: string): Hint[] {
  try {
    const [home, withdrawal] = JSON.parse(text) as [unknown, unknown];
    return typeof home === 'string' && isWithdrawal(withdrawal) ? [{ home, withdrawal }] : [];
  } catch {
    return [];
  }
}
