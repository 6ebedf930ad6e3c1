import { inspect } from 'node:util';
import { SessionStoreUnavailableError } from '../../lib/core/errors.js';
import type { SessionAddress } from '../../lib/core/session-store.js';
import { createCluster } from '../../lib/redis/redis-client.js';
import { freePorts } from '../../lib/testing/free-port.js';
import { startRedisServer, type RedisTestServer } from '../../lib/testing/index.js';
import { clusterNodes, RedisUnderTest, singleClient } from './redis-under-test.js';
import {
  LIMITS,
  LONG,
  newAddress,
  newDigest,
  operation,
  put,
  StoreUser,
} from './store-under-test.js';
import { TcpProxy } from './tcp-proxy.js';

const FIELD = 'a_private_field';
const TEXT = 'a private text';

let server: RedisTestServer;
let subject: RedisUnderTest;
const user = new StoreUser(() => subject);

beforeAll(async () => {
  server = await startRedisServer();
  subject = await RedisUnderTest.onServer(server);
});
afterAll(async () => {
  await subject?.close();
  await server?.close();
});

describe('a command that Redis serves after its deadline', () => {
  it('stores nothing, whichever it is', async () => {
    await loadScripts();
    const { address, times } = await user.session({ a: '1' }, { idle: 1000, absolute: 60_000 });
    const unborn = newAddress();
    await subject.reach(address, times.createdAt + 100);
    const before = await subject.client.hgetall(subject.key(address));
    await server.command('CONFIG', 'RESETSTAT');

    server.stop();
    const { store } = user;
    const late = await Promise.allSettled([
      store.commit(address, [put('a', '2')], LIMITS, operation(150), 1),
      store.touch(address, operation(150).deadline),
      store.rotate(address, newDigest(), operation(150)),
      store.destroy(address, operation(150)),
      store.create(unborn, LONG, new Map([['a', '1']]), operation(150)),
    ]);
    server.cont();

    // Behind the others on their connection: when it is answered, they have been.
    await expect(subject.client.hgetall(subject.key(address))).resolves.toEqual(before);
    await expect(subject.client.exists(subject.key(unborn))).resolves.toBe(0);
    expect(late.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
    await expect(scriptsRun()).resolves.toBe(5);
  });

  it('rejects when the deadline comes, not when Redis answers', async () => {
    const { address } = await user.session();
    const began = performance.now();

    server.stop();
    const result = user.store.read(address, undefined, began + 150);
    await expect(result).rejects.toBeInstanceOf(SessionStoreUnavailableError);
    const waited = performance.now() - began;
    server.cont();

    expect(waited).toBeGreaterThanOrEqual(149);
    expect(waited).toBeLessThan(1500);
  });
});

describe('a write whose reply got lost', () => {
  let proxy: TcpProxy;
  let behind: RedisUnderTest;
  const guest = new StoreUser(() => behind);

  beforeAll(async () => {
    proxy = await TcpProxy.to(server);
    behind = await RedisUnderTest.onServer(proxy);
  });
  afterAll(async () => {
    await behind?.close();
    await proxy?.close();
  });

  it('is sent again, applied once and reported as applied', async () => {
    await loadScripts();
    const { address } = await guest.session({ a: '1' });
    await server.command('CONFIG', 'RESETSTAT');

    proxy.loseNextReply();
    const change = { field: 'a', base: '1', text: '2' };
    const result = await guest.commit(address, [change]);

    expect(result).toMatchObject({ status: 'applied', attempt: 1 });
    await expect(guest.fields(address)).resolves.toEqual({ a: '2' });
    await expect(scriptsRun()).resolves.toBe(2);
  });

  it('is applied also where it was a create, a rotation or a destruction', async () => {
    await loadScripts();
    const address = newAddress();
    const digest = newDigest();

    proxy.loseNextReply();
    await guest.store.create(address, LONG, new Map([['a', '1']]), operation());
    proxy.loseNextReply();
    const rotated = await guest.store.rotate(address, digest, operation());
    await expect(guest.fields({ ...address, digest })).resolves.toEqual({ a: '1' });
    proxy.loseNextReply();
    const destroyed = await guest.destroy({ ...address, digest });

    expect([rotated.status, destroyed.status]).toEqual(['applied', 'applied']);
  });
});

describe('a store that can not be reached', () => {
  const clients = [
    ['cluster', (port: number) => createCluster([{ host: '127.0.0.1', port }])],
    ['single server', (port: number) => singleClient({ host: '127.0.0.1', port })],
  ] as const;

  it.each(clients)('rejects every operation within its deadline (%s)', async (_, connectTo) => {
    const [port = 0] = await freePorts(1);
    const away = new RedisUnderTest(connectTo(port));
    const address = newAddress();
    const began = performance.now();
    const within = () => operation(400);

    const results = await Promise.allSettled([
      away.store.read(address, undefined, within().deadline),
      away.store.create(address, LONG, new Map(), within()),
      away.store.commit(address, [put('a', '1')], LIMITS, within(), 1),
      away.store.touch(address, within().deadline),
      away.store.rotate(address, newDigest(), within()),
      away.store.destroy(address, within()),
      away.store.describe(address.home, address.selector, within().deadline),
    ]);

    expect(performance.now() - began).toBeLessThan(1500);
    const unavailable = expect.any(SessionStoreUnavailableError) as unknown;
    expect(results).toEqual(results.map(() => ({ status: 'rejected', reason: unavailable })));
    await away.close();
  });
});

describe('an error of the store', () => {
  const expectDiscreet = async (address: SessionAddress, at: RedisUnderTest = subject) => {
    const results = await Promise.allSettled([
      at.store.read(address, [FIELD], operation(300).deadline),
      at.store.commit(address, [put(FIELD, TEXT)], LIMITS, operation(300), 1),
      at.store.create(newAddress(), LONG, new Map([[FIELD, TEXT]]), operation(300)),
      at.store.rotate(address, newDigest(), operation(300)),
      at.store.destroy(address, operation(300)),
      at.store.describe(address.home, address.selector, operation(300).deadline),
    ]);
    const errors = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    const secrets = [address.digest, address.home, address.selector, at.prefix, FIELD, TEXT];
    for (const error of errors) {
      expect(error).toBeInstanceOf(SessionStoreUnavailableError);
      const shown = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error);
      expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
    }
    return errors.map((error) => (error as Error).message).join('\n');
  };

  it('holds no key, digest, field or text where the key is of another type', async () => {
    const address = newAddress();
    await subject.client.set(subject.key(address), TEXT, 'PX', 60_000);

    await expect(expectDiscreet(address)).resolves.toContain('WRONGTYPE');
  });

  it.each([
    ['the command', ['-@scripting', '-hmget']],
    ['the key', ['resetkeys', '~other:*']],
  ])('holds none where the user may not use %s', async (_, rules) => {
    await server.command('ACL', 'SETUSER', 'guest', 'on', '>pass', '+@all', '~*', ...rules);
    const client = singleClient(server);
    client.options.username = 'guest';
    client.options.password = 'pass';
    const on = new RedisUnderTest(client);
    await on.store.connect();

    await expect(expectDiscreet(newAddress(), on)).resolves.toContain('NOPERM');

    await on.close();
  });

  it('holds none where Redis wants a password', async () => {
    const locked = await startRedisServer();
    const on = await RedisUnderTest.onServer(locked);
    await locked.command('CONFIG', 'SET', 'requirepass', 'pass');
    on.client.disconnect(true);

    await expect(expectDiscreet(newAddress(), on)).resolves.not.toBe('');

    await on.close();
    await locked.close();
  });

  it('holds none where Redis is out of memory', async () => {
    const { address } = await user.session();
    await server.command('CONFIG', 'SET', 'maxmemory', '1');

    const told = await expectDiscreet(address).finally(() =>
      server.command('CONFIG', 'SET', 'maxmemory', '0'),
    );

    expect(told).toContain('OOM');
  });

  it('holds none where nobody answers', async () => {
    const [port = 0] = await freePorts(1);
    const away = new RedisUnderTest(createCluster([{ host: '127.0.0.1', port }]));

    await expect(expectDiscreet(newAddress(), away)).resolves.toContain('has not served');

    await away.close();
  });

  it('holds none where the cluster sends the command elsewhere again and again', async () => {
    const client = createCluster(clusterNodes(), { maxRedirections: 0 });
    const on = new RedisUnderTest(client);
    await on.store.connect();
    const address = newAddress();
    const owner = client.slots[(await slotOf(on, address)) ?? 0]!;
    const others = client.nodes('master').map(({ options }) => `${options.host}:${options.port}`);
    // A client that has the slots wrong is told so by every node.
    client.slots.fill(others.filter((node) => node !== owner[0]).slice(0, 1));

    await expectDiscreet(address, on);

    await on.close();
  });
});

/** Out of memory is the only trouble in which Redis still lets sessions be destroyed. */
it('a session can be destroyed while Redis is out of memory', async () => {
  const { address } = await user.session({ a: '1' });
  await server.command('CONFIG', 'SET', 'maxmemory', '1');

  const result = await user
    .destroy(address)
    .finally(() => server.command('CONFIG', 'SET', 'maxmemory', '0'));

  expect(result).toMatchObject({ status: 'applied' });
  await expect(user.read(address)).resolves.toEqual({ status: 'ended', reason: 'destroyed' });
});

async function slotOf(on: RedisUnderTest, address: SessionAddress): Promise<number> {
  return Number(await on.client.call('CLUSTER', 'KEYSLOT', on.key(address)));
}

/** How often a script was run since the last CONFIG RESETSTAT. */
async function scriptsRun(): Promise<number> {
  const stats = String(await server.command('INFO', 'commandstats'));
  const calls = [...stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)];
  return calls.reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Uses each script once, so that the next time EVALSHA is enough. */
async function loadScripts(): Promise<void> {
  const { address } = await user.session();
  await user.commit(address, [put('a', '1')]);
  await user.touch(address);
  await user.rotate(address);
  await user.destroy(address);
  await user.describe(address);
}
