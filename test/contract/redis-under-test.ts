import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { sessionKey, userRecordKey } from '../../lib/core/session-keys.js';
import type { SessionAddress } from '../../lib/core/session-store.js';
import type { LocalCopy } from '../../lib/redis/local-copy/local-copy.js';
import { createCluster, isCluster, type RedisClient } from '../../lib/redis/redis-client.js';
import { RedisConnection } from '../../lib/redis/redis-connection.js';
import { RedisSessionStore } from '../../lib/redis/redis-session-store.js';
import { waitUntil } from '../../lib/testing/wait-until.js';
import { LEAST_USER, type RedisUser } from '../support/least-user.js';
import type { StoreUnderTest } from './store-under-test.js';

/** Ids of writes are remembered for as long as these say, so they are short here. */
const POLICY = { deadline: 500, failoverDeadline: 1000 };

/** A Redis store with a prefix of its own, and a look at its keys from outside. */
export class RedisUnderTest implements StoreUnderTest {
  readonly store: RedisSessionStore;
  readonly prefix: string;
  /** What the store has reported. */
  readonly reports: [event: string, handle: string][] = [];
  /** The store's client. */
  readonly own: RedisClient;
  /** The test's own look; of another user than the store's where that is the least one. */
  readonly client: RedisClient;

  /**
   * @param client connects with the store and is closed with it
   * @param indexEnds keeps the index of ends
   * @param look the test's own client, closed with the store; default the store's
   * @param sharing copies of sessions that the store keeps, and the prefix of another store whose sessions it shares
   */
  constructor(
    client: RedisClient,
    indexEnds = false,
    look: RedisClient = client,
    { copy, prefix }: { copy?: LocalCopy; prefix?: string } = {},
  ) {
    this.prefix = prefix ?? `sess:contract-${randomBytes(6).toString('hex')}:`;
    this.own = client;
    this.client = look;
    const connection = new RedisConnection(client, true, []);
    this.store = new RedisSessionStore(
      connection,
      this.prefix,
      (event, handle) => {
        this.reports.push([event, handle]);
      },
      { policy: POLICY, copy, ...(indexEnds && { indexEnds: () => undefined }) },
    );
  }

  /** A connected store on the cluster that all specs share, as the least user. */
  static async onCluster(indexEnds = false): Promise<RedisUnderTest> {
    const client = createCluster(clusterNodes(), { redisOptions: LEAST_USER });
    return RedisUnderTest.#connected(client, indexEnds, createCluster(clusterNodes()));
  }

  /** A connected store on a single server that knows the least user, as that. */
  static async asLeastUser(
    server: { host: string; port: number },
    indexEnds = false,
  ): Promise<RedisUnderTest> {
    const client = singleClient(server, LEAST_USER);
    return RedisUnderTest.#connected(client, indexEnds, singleClient(server));
  }

  /** A connected store on a single server. */
  static async onServer(
    server: { host: string; port: number },
    indexEnds = false,
  ): Promise<RedisUnderTest> {
    return RedisUnderTest.#connected(singleClient(server), indexEnds);
  }

  static async #connected(
    client: RedisClient,
    indexEnds: boolean,
    look: RedisClient = client,
  ): Promise<RedisUnderTest> {
    const subject = new RedisUnderTest(client, indexEnds, look);
    await subject.store.connect();
    if (look !== client) await new RedisConnection(look, true, []).open();
    return subject;
  }

  key(address: Pick<SessionAddress, 'home' | 'selector'>): string {
    return sessionKey(this.prefix, address);
  }

  async reach(address: SessionAddress, time: number): Promise<void> {
    // The store's idea of the clock is never ahead of Redis.
    await waitUntil(`The store's clock shows ${time}`, async () => {
      const now = this.store.now(address);
      return now >= time ? undefined : `it shows ${now}`;
    });
  }

  /** Moves the times in the hash back rather than wait; by more, as the store's idea of the clock may lag. */
  async passGrace(address: SessionAddress): Promise<void> {
    const secrets = await this.client.hget(this.key(address), '@p');
    const [before, made, used] = secrets!.split(' ');
    const back = (time: string | undefined): number => Math.max(0, Number(time) - 20_000);
    const moved = `${before} ${back(made)} ${back(used)}`;
    await this.client.hset(this.key(address), '@p', moved);
  }

  async expectEnd(address: SessionAddress, time: number): Promise<void> {
    expect(await this.client.call('PEXPIRETIME', this.key(address))).toBe(time);
  }

  async expectRecordEnd(home: string, time: number | 'never'): Promise<void> {
    const end = time === 'never' ? -1 : time;
    expect(await this.client.call('PEXPIRETIME', userRecordKey(this.prefix, home))).toBe(end);
  }

  /** All keys of this store, on every master. */
  async keys(): Promise<string[]> {
    const found: string[] = [];
    for (const master of this.masters()) {
      for await (const keys of master.scanStream({ match: `${this.prefix}*`, count: 1000 })) {
        found.push(...(keys as string[]));
      }
    }
    return found;
  }

  masters(): Redis[] {
    return isCluster(this.client) ? this.client.nodes('master') : [this.client];
  }

  async close(): Promise<void> {
    await this.store.close();
    this.client.disconnect();
  }
}

/** The nodes of the shared cluster. */
export function clusterNodes(): { host: string; port: number }[] {
  return process.env['REDIS_CLUSTER_NODES']!.split(',').map((node) => {
    const [host, port] = node.split(':');
    return { host: host!, port: Number(port) };
  });
}

/** A client of a single server that fails fast, as the store expects it. */
export function singleClient(server: { host: string; port: number }, user?: RedisUser): Redis {
  const client = new Redis({
    host: server.host,
    port: server.port,
    ...user,
    protocol: 2,
    lazyConnect: true,
    enableOfflineQueue: false,
    commandTimeout: 400,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: () => 50,
    disconnectTimeout: 0,
  });
  client.on('error', () => undefined);
  return client;
}
