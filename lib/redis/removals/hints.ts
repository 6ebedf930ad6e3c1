import { randomBytes } from 'node:crypto';
import { hintsKey } from '../../core/session-keys.js';
import { streamOf } from '../../core/stream-of.js';
import type { RedisClient } from '../redis-client.js';
import type { RedisExecutor } from '../redis-executor.js';
import type { SessionScripts } from '../session-scripts.js';
import { inTime } from './in-time.js';
import { WITHDRAWN_FOR_MS, type Withdrawal } from './withdrawal.js';

/** Enough that every master but the smallest has one. */
const BUCKETS = 16;
/** Longest wait for a bucket. */
const PATIENCE_MS = 1000;

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
  readonly #client: RedisClient & SessionScripts;
  readonly #keys: readonly string[];

  constructor(
    client: RedisClient & SessionScripts,
    private readonly executor: RedisExecutor,
    keyPrefix: string,
  ) {
    this.#client = client;
    this.#keys = Array.from({ length: BUCKETS }, (_, bucket) => hintsKey(keyPrefix, bucket));
  }

  /**
   * Writes hints to another master than the home's; nowhere where there is none. Rejects where that one does not take them in time.
   * @param deadline `performance.now()` ms
   */
  async lodge(home: string, withdrawals: readonly Withdrawal[], deadline: number): Promise<void> {
    const bucket = this.#bucketFor(home);
    if (bucket === undefined || withdrawals.length === 0) return;
    const id = randomBytes(8).toString('base64url');
    const texts = withdrawals.map((withdrawal) => JSON.stringify([home, withdrawal]));
    const lodging = this.executor.runFenced(bucket, deadline, (fence) =>
      this.#client.nestSessionHint(bucket, WITHDRAWN_FOR_MS, fence, id, ...texts),
    );
    await patiently(lodging);
  }

  /** All hints there are, of all masters that answer in time. */
  async hear(): Promise<readonly Hint[]> {
    const heard = await Promise.all(
      this.#keys.map((key) => patiently(this.#textsOf(key)).catch((): string[] => [])),
    );
    return heard.flat().map((text) => {
      const [home, withdrawal] = JSON.parse(text) as [string, Withdrawal];
      return { home, withdrawal };
    });
  }

  #textsOf(key: string): Promise<string[]> {
    const deadline = performance.now() + PATIENCE_MS;
    return this.executor.run(key, deadline, () => this.#client.zrange(key, '0', '-1'));
  }

  /** One of another node than the home's, so that no single death takes both. */
  #bucketFor(home: string): string | undefined {
    const owner = this.executor.ownerOf(`{${home}}`);
    const first = streamOf(home, BUCKETS);
    const inOrder = this.#keys.map((_, at) => this.#keys[(first + at) % BUCKETS]!);
    return inOrder.find((bucket) => {
      const other = this.executor.ownerOf(bucket);
      return other !== undefined && other !== owner;
    });
  }
}

/** A node that fails over may take longer than what depends on it can wait. */
function patiently<R>(work: Promise<R>): Promise<R> {
  const late = (): Error => new Error('A master did not serve its hints in time');
  return inTime(performance.now() + PATIENCE_MS, work, late);
}
