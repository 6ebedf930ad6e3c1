import { newOperationId } from '../core/operation-id.js';
import type { Operation } from '../core/operation.js';
import type { DurableReply, DurableScripts } from './durable-scripts.js';
import type { RedisClient } from './redis-client.js';
import type { RedisExecutor } from './redis-executor.js';

/** How often the end of everyone's logins is asked for. */
const POLL_MS = 1000;
/** As long as any login may live, so that the note outlives them all. */
const REMEMBERED_MS = 400 * 86_400_000;

/** Until when everyone's logins are over: one key, which every process looks at each second. */
export class EveryoneRevoked {
  readonly #executor: RedisExecutor;
  readonly #durable: DurableScripts;
  readonly #key: string;
  #at = 0;
  #poll: NodeJS.Timeout | undefined;

  constructor(executor: RedisExecutor, durable: DurableScripts, keyPrefix: string) {
    this.#executor = executor;
    this.#durable = durable;
    this.#key = `${keyPrefix}everyone`;
  }

  /** Ms since 1970 by Redis' clock; 0 where it was never asked for. */
  get at(): number {
    return this.#at;
  }

  /** Learns it now and each second from now on. */
  async watch(): Promise<void> {
    await this.#ask();
    this.#poll ??= setInterval(() => void this.#ask(), POLL_MS).unref();
  }

  close(): void {
    clearInterval(this.#poll);
    this.#poll = undefined;
  }

  /** Ends every login that was made until now. */
  revoke(operation: Operation): Promise<DurableReply> {
    return this.#note(operation, '');
  }

  /** @param at until when logins are over; '' until now */
  async #note({ deadline, id }: Operation, at: number | ''): Promise<DurableReply> {
    const answer = await this.#durable.run('revokeEveryone', this.#key, deadline, (fence) => [
      '',
      fence,
      id,
      REMEMBERED_MS,
      at,
    ]);
    this.#at = Math.max(this.#at, Number(answer.reply[2]));
    return answer;
  }

  async #ask(): Promise<void> {
    const deadline = performance.now() + POLL_MS;
    const ask = (to: RedisClient): Promise<string | null> => to.get(this.#key);
    // Not to be had: what was known stays true, and the next second asks again.
    const text = await this.#executor.run(this.#key, deadline, ask).catch(() => undefined);
    if (text === undefined) return;
    const stored = parseInt(text ?? '0', 10) || 0;
    if (stored < this.#at) {
      // A failover has lost it. Processes that know it are not fooled by that; those that start would be.
      const id = newOperationId();
      await this.#note({ id, deadline }, this.#at).catch(() => undefined);
    } else this.#at = stored;
  }
}
