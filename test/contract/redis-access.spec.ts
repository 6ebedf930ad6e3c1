import { Redis } from 'ioredis';
import { hintsKey } from '../../lib/core/session-keys.js';
import { streamOf } from '../../lib/core/stream-of.js';
import { createCluster } from '../../lib/redis/redis-client.js';
import { RedisEventChannel } from '../../lib/redis/redis-event-channel.js';
import { runScript } from '../../lib/redis/session-scripts.js';
import { startRedisCluster, type RedisTestCluster } from '../../lib/testing/index.js';
import { addLeastUser, LEAST_USER, leastUserCommands } from '../support/least-user.js';
import { until } from '../support/until.js';
import { RecordUser } from './record-user.js';
import { RedisUnderTest } from './redis-under-test.js';
import {
  LONG,
  newAddress,
  newDigest,
  newUserAddress,
  operation,
  put,
  StoreUser,
} from './store-under-test.js';

/** What only time or a failover brings about. */
const LATER = ['ping', 'readonly', 'readwrite'];

const OF_OPERATORS = [
  'KEYS *',
  'SCAN 0',
  'FLUSHALL',
  'CONFIG GET *',
  'ACL LIST',
  'CLIENT LIST',
  'CLUSTER RESET',
  'SCRIPT FLUSH',
  'FUNCTION LIST',
  'DEBUG SLEEP 0',
  'SHUTDOWN',
  'MONITOR',
  'DEL sess:a',
  'RENAME sess:a sess:b',
];

// That the least user of docs/redis.md may do all that is needed is seen by all other specs, whose apps and stores work as it.
describe('The least user', () => {
  let cluster: RedisTestCluster;
  let subject: RedisUnderTest;
  let channel: RedisEventChannel;
  const user = new StoreUser(() => subject);
  const records = new RecordUser(user);

  beforeAll(async () => {
    cluster = await startRedisCluster({ masters: 1 });
    for (const node of cluster.nodes) {
      await addLeastUser((...command) => cluster.command(node, ...command));
      await cluster.command(node, 'CONFIG', 'RESETSTAT');
    }
    const client = createCluster(cluster.addresses, { redisOptions: LEAST_USER });
    subject = new RedisUnderTest(client, true);
    channel = new RedisEventChannel(client, subject.prefix);
    await subject.store.connect();
  });

  afterAll(async () => {
    channel.close();
    await subject.close();
    await cluster.close();
  });

  it('is given no command that is not used', async () => {
    const granted = leastUserCommands()
      .flat()
      .filter((rule) => /^\+[a-z]/.test(rule))
      .map((rule) => rule.slice(1));
    await channel.open(() => undefined);
    await channel.publish(0, 'text', operation().deadline);
    await useSessions();
    await useRecords();
    await useIndex();
    await leaveHint();
    await cluster.waitUntilReady();

    const [master, replica] = await commandsOfNodes();
    // A replica repeats its master's writes: of it only what connections begin with counts.
    const begun = [...replica!].filter((command) => /^(cluster|client|info)\b/.test(command));
    const used = new Set([...master!, ...begun]);
    const unused = granted.filter((command) => !used.has(command));
    expect(unused.filter((command) => !LATER.includes(command))).toEqual([]);

    await seenSoon('ping');
    await seenSoon('readonly');
    await cluster.command(cluster.nodes[1]!, 'CLUSTER', 'FAILOVER');
    await seenSoon('readwrite');
  });

  it('reaches no key and no channel of others, and no command of operators', async () => {
    const node = cluster.nodes[0]!;
    const guest = new Redis({ host: node.host, port: node.port, ...LEAST_USER });
    const refused = /NOPERM/;
    await expect(guest.hgetall('other:{a}:b')).rejects.toThrow(refused);
    await expect(guest.spublish('other:{a}:b', 'text')).rejects.toThrow(refused);
    for (const command of OF_OPERATORS) {
      await expect(guest.call(...(command.split(' ') as [string]))).rejects.toThrow(refused);
    }
    guest.disconnect();
  });

  async function useSessions(): Promise<void> {
    const { address } = await user.session({ a: '1' });
    await user.read(address);
    await user.read(address, ['a']);
    await user.commit(address, [put('a', '2'), put('c', '3')]);
    await user.touch(address);
    await user.describe(address);
    await user.store.renew(address, address.digest, newDigest(), operation());
    await user.rotate(address);
    await user.destroy((await user.session()).address);
    await user.store.retire((await user.session({ a: '1' })).address, 'login', ['a'], operation());
    await user.store.remove(address.home, [address.selector], operation().deadline);
    const stray = newAddress();
    await subject.client.hset(subject.key(stray), 'a', '1');
    await user.read(stray);
  }

  async function useRecords(): Promise<void> {
    const address = newUserAddress();
    const selector = await records.listed(address.home);
    await user.store.create(address, LONG, new Map([['a', '1']]), operation(), 'ann');
    await user.commit(address, [put('a', '2')]);
    await records.write(address.home, { d: 'sealed' });
    await records.strike(address.home, { selectors: [selector], reason: 'revoked' });
    await records.records.forget(address.home, operation());
    await records.records.revokeEveryone(operation());
  }

  async function useIndex(): Promise<void> {
    const { home, selector } = newAddress();
    const index = user.store.expiry!;
    const bucket = streamOf(home, index.buckets);
    const session = { home, selector };
    index.add(session, { idle: 1, absolute: 1 }, 'ann');
    await until('the end of the session has come', async () => {
      const { sessions } = await index.take(bucket, 10, 1000, operation().deadline);
      return sessions.length > 0;
    });
    await index.ownersOf(bucket, [session], operation().deadline);
    await index.putOff(bucket, [[session, Date.now()]], operation().deadline);
    await index.remove(bucket, [session], operation().deadline);
  }

  /** By hand: the store does it only where a replica is late, and where there is another master. */
  async function leaveHint(): Promise<void> {
    const fence = `${Date.now() + 10_000} 10000`;
    const args = [1000, fence, 'an id', 'a hint'];
    await runScript(subject.client, 'hint', hintsKey(subject.prefix, 0), args);
  }

  /** What each node was asked to do since the start, also by scripts. */
  async function commandsOfNodes(): Promise<ReadonlySet<string>[]> {
    const stats = cluster.nodes.map((node) => cluster.command(node, 'INFO', 'commandstats'));
    return (await Promise.all(stats)).map((text) => {
      const names = String(text).matchAll(/^cmdstat_([^:]+):calls=[1-9]/gm);
      return new Set([...names].map(([, name]) => name!));
    });
  }

  async function seenSoon(command: string): Promise<void> {
    await until(`${command} is used`, async () =>
      (await commandsOfNodes()).some((commands) => commands.has(command)),
    );
  }
});
