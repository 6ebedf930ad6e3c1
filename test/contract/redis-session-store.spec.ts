import { startRedisServer, type RedisTestServer } from '../../lib/testing/index.js';
import { addLeastUser } from '../support/least-user.js';
import { RedisUnderTest } from './redis-under-test.js';
import { runScript } from '../../lib/redis/session-scripts.js';
import { describeStoreContract } from './session-store.contract.js';
import {
  LIMITS,
  LONG,
  newAddress,
  newDigest,
  operation,
  put,
  StoreUser,
} from './store-under-test.js';

let server: RedisTestServer;

beforeAll(async () => {
  server = await startRedisServer();
  await addLeastUser((...command) => server.command(...command));
});
afterAll(() => server?.close());

const KINDS: [string, () => Promise<RedisUnderTest>][] = [
  ['RedisSessionStore on a cluster', () => RedisUnderTest.onCluster(true)],
  ['RedisSessionStore on a single server', () => RedisUnderTest.asLeastUser(server, true)],
];

describe.each(KINDS)('%s', (_, makeStore) => {
  const made: RedisUnderTest[] = [];

  describeStoreContract('as every store', async () => {
    const subject = await makeStore();
    made.push(subject);
    // Looked at after the suite, when the contract has closed its connections.
    return { ...bound(subject), close: async () => undefined };
  });

  describe('as a guest in Redis', () => {
    let subject: RedisUnderTest;
    const user = new StoreUser(() => subject);

    beforeAll(async () => {
      subject = await makeStore();
      made.push(subject);
    });

    it('takes a hash without its own fields for no session, and gives it an end', async () => {
      const address = newAddress();
      const key = subject.key(address);
      await subject.client.hset(key, 'user_id', '1234');

      await expect(user.read(address)).resolves.toEqual({ status: 'missing' });

      const left = await subject.client.pttl(key);
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(60_000);
      expect(subject.reports).toContainEqual(['stray', address.selector]);
    });

    it('gives such a hash an end also where named fields are read, and leaves an end it has', async () => {
      const [bare, bounded] = [newAddress(), newAddress()];
      await subject.client.hset(subject.key(bare), 'user_id', '1234');
      await subject.client.hset(subject.key(bounded), 'user_id', '1234');
      await subject.client.pexpire(subject.key(bounded), 500_000);

      await expect(user.read(bare, ['user_id'])).resolves.toEqual({ status: 'missing' });
      await expect(user.read(bounded, ['user_id'])).resolves.toEqual({ status: 'missing' });

      expect(await subject.client.pttl(subject.key(bare))).toBeGreaterThan(0);
      expect(await subject.client.pttl(subject.key(bounded))).toBeGreaterThan(60_000);
    });

    it('does not write to such a hash', async () => {
      const address = newAddress();
      const key = subject.key(address);
      await subject.client.hset(key, 'user_id', '1234');
      await subject.client.pexpire(key, 500_000);
      const ended = { status: 'ended', reason: 'expired' };

      await expect(user.commit(address, [put('a', '1')])).resolves.toEqual(ended);
      await expect(user.touch(address)).resolves.toBeUndefined();
      await expect(user.rotate(address)).resolves.toEqual(ended);
      await expect(user.destroy(address)).resolves.toEqual(ended);

      expect(await subject.client.hgetall(key)).toEqual({ user_id: '1234' });
    });

    it('takes a key of another type for no session, and reports it', async () => {
      const address = newAddress();
      await subject.client.set(subject.key(address), 'text', 'PX', 60_000);

      await expect(user.read(address)).resolves.toEqual({ status: 'missing' });
      await expect(user.read(address, ['a'])).resolves.toEqual({ status: 'missing' });
      await expect(user.describe(address)).resolves.toBeUndefined();
      expect(subject.reports).toContainEqual(['foreign', address.selector]);
    });

    it('compares with what other writers of the hash have stored', async () => {
      const { address } = await user.session({ a: '1' });
      await subject.client.hset(subject.key(address), 'a', 'theirs', 'b', 'new');

      const result = await user.commit(address, [
        { field: 'a', base: '1', text: '2' },
        { field: 'b', base: null, text: '3' },
      ]);

      const current = new Map([
        ['a', 'theirs'],
        ['b', 'new'],
      ]);
      expect(result).toEqual({ status: 'conflict', current });
    });

    it('keeps a session that lost its own times from being read or written', async () => {
      const { address } = await user.session({ a: '1' });
      await subject.client.hdel(subject.key(address), '@m');

      await expect(user.read(address)).resolves.toEqual({ status: 'missing' });
      await expect(user.describe(address)).resolves.toBeUndefined();
      await expect(user.commit(address, [put('a', '2')])).resolves.toEqual({
        status: 'ended',
        reason: 'expired',
      });
    });

    it('ends at its absolute end also where others have given its key a longer life', async () => {
      const { address, times } = await user.session({ a: '1' }, { idle: 60_000, absolute: 300 });
      await subject.client.pexpire(subject.key(address), 60_000);
      await subject.reach(address, times.createdAt + 301);

      await expect(user.read(address)).resolves.toEqual({ status: 'missing' });
      await expect(user.commit(address, [put('a', '2')])).resolves.toEqual({
        status: 'ended',
        reason: 'expired',
      });
      expect(await subject.client.hget(subject.key(address), 'a')).toBe('1');
    });

    it('finds a write late in the very millisecond of its deadline: both times are cut', async () => {
      const { address } = await user.session();
      const key = subject.key(address);
      const master = subject.masters()[0]!;
      for (let n = 0; n < 200; n++) {
        const [seconds, microseconds] = await master.time();
        const deadline = Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000) + (n % 3);
        const change = ['*+f', '', `${n}`];
        const until = `${operation().id}001${deadline} 1000 1000 10`;
        const args = [address.digest, until, ...change];
        const reply = await runScript(subject.client, 'commit', key, args);
        const [status, now] = reply as [string, number];
        expect(status).toBe(now < deadline ? 'applied' : 'late');
      }
    });

    it('does not notice that the scripts were flushed', async () => {
      const flush = () => Promise.all(subject.masters().map((master) => master.script('FLUSH')));
      const address = newAddress();
      const digest = newDigest();

      await flush();
      await user.store.create(address, LONG, new Map([['a', '1']]), operation());
      await flush();
      await user.commit(address, [put('a', '2')]);
      await flush();
      await user.touch(address);
      await flush();
      await expect(user.describe(address)).resolves.toBeDefined();
      await flush();
      await user.store.rotate(address, digest, operation());
      await expect(user.fields({ ...address, digest })).resolves.toEqual({ a: '2' });
      await flush();
      await expect(user.destroy({ ...address, digest })).resolves.toMatchObject({
        status: 'applied',
      });
      await flush();
      await expect(user.read(newAddress())).resolves.toEqual({ status: 'missing' });
    });

    it('serves 50 parallel writers whose script is not loaded', async () => {
      const { address } = await user.session();
      await Promise.all(subject.masters().map((master) => master.script('FLUSH')));

      const results = await Promise.all(
        Array.from({ length: 50 }, (__, n) => user.commit(address, [put(`f${n}`, '1')])),
      );

      expect(results.every(({ status }) => status === 'applied')).toBe(true);
      expect(Object.keys(await user.fields(address))).toHaveLength(50);
    });

    it('takes the largest session that can be configured, in one create and in one commit', async () => {
      const limits = { session: 8 * 1024 * 1024, fields: 1024 };
      const fields = Array.from({ length: 1024 }, (__, n): [string, string] => [
        `field-${n}`,
        'x'.repeat(8000),
      ]);
      const { address } = await user.session(Object.fromEntries(fields));
      const { address: grown } = await user.session();
      const changes = fields.map(([field, text]) => ({ field, base: null, text }));

      await expect(
        user.store.commit(grown, changes, limits, operation(), 1),
      ).resolves.toMatchObject({ status: 'applied' });

      await expect(user.fields(address)).resolves.toEqual(await user.fields(grown));
      await expect(user.commit(grown, [put('more', '1')], LIMITS)).resolves.toMatchObject({
        status: 'too-large',
      });
    });
  });

  it('leaves no key without an end but the records of disabled users', async () => {
    for (const subject of made) {
      const keys = await subject.keys();
      const lives = await Promise.all(keys.map((key) => subject.client.pttl(key)));
      expect(keys.length).toBeGreaterThan(2);
      // -2: it has ended since the scan.
      const endless = keys.filter((_, n) => lives[n]! <= 0 && lives[n] !== -2);
      const disabled = await Promise.all(endless.map((key) => subject.client.hexists(key, 'd')));
      expect(endless.filter((_, n) => disabled[n] === 0)).toEqual([]);
    }
  });

  afterAll(() => Promise.all(made.map((subject) => subject.close())));
});

function bound(subject: RedisUnderTest) {
  return {
    store: subject.store,
    reach: subject.reach.bind(subject),
    passGrace: subject.passGrace.bind(subject),
    expectEnd: subject.expectEnd.bind(subject),
    expectRecordEnd: subject.expectRecordEnd.bind(subject),
  };
}
