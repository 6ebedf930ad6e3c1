import { randomBytes } from 'node:crypto';
import type { SessionAddress } from '../../lib/core/session-store.js';
import { LocalCopy } from '../../lib/redis/local-copy/local-copy.js';
import { createCluster } from '../../lib/redis/redis-client.js';
import { range } from '../support/in-flight.js';
import { SeededRandom } from '../support/seeded-random.js';
import { clusterNodes, RedisUnderTest } from './redis-under-test.js';
import { LIMITS, newAddress, LONG, operation, put, StoreUser } from './store-under-test.js';

const BOUNDS = { from: 0, maxBytes: 1_000_000, maxEntries: 100 };
const NAMES = ['a', 'b', 'c', 'd'];
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

describe.each([
  ['HGETALL', undefined],
  ['HMGET of all names', NAMES],
])('Stores that keep copies, where whole sessions are read by %s', (_, names) => {
  let subjects: RedisUnderTest[];
  let copies: LocalCopy[];
  const users = range(2).map((at) => new StoreUser(() => subjects[at]!));
  const [one, other] = users as [StoreUser, StoreUser];

  beforeAll(async () => {
    copies = range(2).map(() => new LocalCopy(BOUNDS, names));
    const prefix = `sess:copies-${randomBytes(6).toString('hex')}:`;
    subjects = copies.map((copy) => {
      const client = createCluster(clusterNodes(), {});
      return new RedisUnderTest(client, false, client, { copy, prefix });
    });
    await Promise.all(subjects.map(({ store }) => store.connect()));
  });
  afterAll(() => Promise.all(subjects.map((subject) => subject.close())));

  it('have the content of after a failover that lost a write, though another was sent again under its id', async () => {
    const { address } = await one.session({ a: '1', b: '1' });
    const { client } = subjects[0]!;
    const key = subjects[0]!.key(address);
    const replica = await client.dumpBuffer(key);
    const again = operation();
    await one.commit(address, [put('b', 'lost')]);
    await one.store.commit(address, [put('a', '2')], LIMITS, again, 1);
    expect(await other.fields(address, names)).toEqual({ a: '2', b: 'lost' });

    await client.restore(key, 60_000, replica, 'REPLACE');
    await one.store.commit(address, [put('a', '2')], LIMITS, again, 1);

    expect(await other.fields(address, names)).toEqual({ a: '2', b: '1' });
  });

  it.each<[string, (address: SessionAddress) => Promise<unknown>]>([
    ['destroyed', (address) => one.destroy(address)],
    ['retired', (address) => one.store.retire(address, 'logout', [], operation())],
    ['removed', ({ home, selector }) => one.store.remove(home, [selector], operation().deadline)],
  ])(
    'forget what they have themselves %s, and the others when they are asked for it',
    async (_what, end) => {
      const { address } = await one.session({ a: '1' });
      const isCopied = (): boolean[] => copies.map((copy) => copy.has(subjects[0]!.key(address)));
      for (const user of users) await user.fields(address, names);
      expect(isCopied()).toEqual([true, true]);

      await end(address);
      expect(isCopied()).toEqual([false, true]);

      await other.read(address, names);
      expect(isCopied()).toEqual([false, false]);
    },
  );

  it('have what is stored, whoever wrote it and however', async () => {
    const random = new SeededRandom(SEED);
    const pick = <T>(items: readonly T[]): T => items[random.next(items.length)]!;
    const { client } = subjects[0]!;
    let address = newAddress();
    await one.store.create(address, LONG, new Map([['a', '0']]), operation());
    const key = subjects[0]!.key(address);

    for (const step of range(400)) {
      const text = random.next(4) === 0 ? null : `${step}`;
      switch (random.next(8)) {
        case 0:
          await client.hset(key, pick(NAMES), `foreign-${step}`, '@v', `foreign-${step}`);
          break;
        case 1:
          await client.multi().hset(key, pick(NAMES), `${step}`).hdel(key, '@v').exec();
          break;
        case 2: {
          const digest = `${step}`.padStart(43, 'x');
          await pick(users).store.rotate(address, digest, operation());
          address = { ...address, digest };
          break;
        }
        case 3:
          await pick(users).commit(address, [put('@f', text)]);
          break;
        default:
          await pick(users).commit(address, [put(pick(NAMES), text), put(pick(NAMES), text)]);
      }
      const reader = pick(users);
      const { '@f': flash, ...stored } = await client.hgetall(key);
      const content = Object.entries(stored).filter(([name]) => !name.startsWith('@'));
      if (flash !== undefined) content.push(['@f', flash]);
      expect({ seed: SEED, step, fields: await reader.fields(address, names) }).toEqual({
        seed: SEED,
        step,
        fields: Object.fromEntries(content),
      });
    }
  });
});
