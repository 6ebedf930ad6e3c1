import type { Cluster } from 'ioredis';
import { keySlot } from '../../lib/redis/key-slot.js';

/**
 * What an asynchronous failover does to keys, without one: puts them back as they were before, and gives a client new connections. The
 * client can't tell it from a replica that has taken over and never heard of what came after.
 */
export class LostWrites {
  readonly #dumps = new Map<string, { dump: Buffer | null; end: number }>();

  /** @param redis a client of the test's own */
  constructor(private readonly redis: Cluster) {}

  /** Notes how the keys are now. */
  async note(...keys: string[]): Promise<void> {
    for (const key of keys) {
      const dump = (await this.redis.callBuffer('DUMP', key)) as Buffer | null;
      this.#dumps.set(key, { dump, end: Number(await this.redis.call('PEXPIRETIME', key)) });
    }
  }

  /** Puts the keys back, so that what came since is lost. */
  async lose(): Promise<void> {
    for (const [key, { dump, end }] of this.#dumps) {
      if (dump === null) await this.redis.del(key);
      else await this.redis.call('RESTORE', key, Math.max(0, end), dump, 'REPLACE', 'ABSTTL');
    }
  }
}

/** Cuts the client's connection to the node of a key. It will have another one, as after a failover. */
export function cutConnection(client: Cluster, key: string): void {
  const owner = client.slots[keySlot(key)]?.[0];
  client
    .nodes('all')
    .find(({ options }) => `${options.host}:${options.port}` === owner)!
    .stream.destroy();
}
