import type { Cluster } from 'ioredis';
import { hintsKey, sessionKey, userRecordKey } from '../../lib/core/session-keys.js';
import type { SessionAddress } from '../../lib/core/session-store.js';
import { createCluster } from '../../lib/redis/redis-client.js';
import { RedisConnection } from '../../lib/redis/redis-connection.js';
import { RedisSessionStore } from '../../lib/redis/redis-session-store.js';
import { cutConnection, LostWrites } from '../support/lost-writes.js';
import { until } from '../support/until.js';
import { RecordUser } from './record-user.js';
import { clusterNodes, RedisUnderTest } from './redis-under-test.js';
import {
  LONG,
  newAddress,
  newDigest,
  newUserAddress,
  operation,
  StoreUser,
  type StoreUnderTest,
} from './store-under-test.js';

/** The process that takes rights away, and another one. */
let here: RedisUnderTest;
let there: RedisSessionStore;
let thereClient: Cluster;
let outside: Cluster;

const sessions = new StoreUser(() => here);
const user = new RecordUser(sessions);
const elsewhere = new RecordUser(
  new StoreUser(() => ({ store: there }) as unknown as StoreUnderTest),
);

beforeAll(async () => {
  here = await RedisUnderTest.onCluster();
  thereClient = createCluster(clusterNodes());
  there = new RedisSessionStore(new RedisConnection(thereClient, true, []), here.prefix);
  await there.connect();
  outside = createCluster(clusterNodes());
  await outside.connect();
});
afterAll(async () => {
  await here?.close();
  await there?.close();
  await outside?.quit();
});

const recordKey = (home: string): string => userRecordKey(here.prefix, home);
const keyOf = (address: SessionAddress): string => sessionKey(here.prefix, address);
const soon = (): number => operation().deadline;
const write = (store: RedisSessionStore, home: string, field: 'r' | 'd', text: string | null) =>
  store.users.write(home, new Map([[field, text]] as const), operation());

/** A user's session that is listed. */
async function listed(): Promise<{ address: SessionAddress; entry: string }> {
  const address = newUserAddress();
  await sessions.store.create(address, LONG, new Map([['@a', 'sealed-1']]), operation());
  const entry = await user.entry(address.home);
  await user.admit(address.home, { selector: address.selector, entry });
  return { address, entry };
}

/** Does something to a user's session, and loses it; this process has got other connections then. */
async function losing(address: SessionAddress, act: () => Promise<unknown>): Promise<void> {
  const lost = new LostWrites(outside);
  await lost.note(keyOf(address), recordKey(address.home));
  await act();
  await lost.lose();
  cutConnection(here.own as Cluster, keyOf(address));
}

/** Gives a process other connections, and waits until it has settled what it remembers of the home. */
async function reconnected(store: RedisSessionStore, client: Cluster, home: string): Promise<void> {
  cutConnection(client, recordKey(home));
  await store.users.read(home, soon());
}

describe('What a failover has lost is done again before its answer is believed:', () => {
  const statusOf = async (address: SessionAddress) => {
    const found = await sessions.read(address);
    return found.status === 'ended' ? found.reason : found.status;
  };
  const wordOf = async ({ home, selector }: SessionAddress) =>
    (await user.entries(home)).words[selector];

  it.each(['logout', 'revoked', 'theft', 'destroyed'] as const)(
    'a session struck off: %s',
    async (reason) => {
      const { address } = await listed();
      const { home, selector } = address;

      await losing(address, () => user.strike(home, { selectors: [selector], reason }));

      expect(await wordOf(address)).toBe(reason);
    },
  );

  it('all sessions of a user', async () => {
    const { address } = await listed();
    const other = await user.listed(address.home);

    await losing(address, () => user.strike(address.home, { reason: 'revoked' }));

    const { words } = await user.entries(address.home);
    expect(words).toEqual({ [address.selector]: 'revoked', [other]: 'revoked' });
  });

  it('a session that made room for a newer one', async () => {
    const { address } = await listed();

    await losing(address, () =>
      user.admit(address.home, { most: 1, atLimit: { dead: [], evict: 'oldest' } }),
    );

    expect(await wordOf(address)).toBe('evicted');
  });

  it('a session whose place a login of the same user took', async () => {
    const { address } = await listed();

    await losing(address, () => user.admit(address.home, { replaces: address.selector }));

    expect(await wordOf(address)).toBe('login');
  });

  it('that a user is disabled, with who logged in meanwhile', async () => {
    const { address } = await listed();
    const { home } = address;
    const lost = new LostWrites(outside);
    await lost.note(recordKey(home));
    await user.strike(home, { reason: 'revoked', disabled: 'sealed' });
    await lost.lose();
    expect((await elsewhere.admit(home)).status).toBe('admitted');

    cutConnection(here.own as Cluster, recordKey(home));

    expect(await user.fields(home)).toEqual({ d: 'sealed' });
    expect((await user.entries(home)).listed).toEqual([]);
  });

  it('roles', async () => {
    const { address } = await listed();
    await user.write(address.home, { r: 'admin' });

    await losing(address, () => user.write(address.home, { r: 'customer' }));

    expect(await user.fields(address.home)).toEqual({ r: 'customer' });
  });

  it('the roles that a login brought in place of others', async () => {
    const { address } = await listed();
    await user.write(address.home, { r: 'admin' });

    await losing(address, () =>
      user.admit(address.home, { fields: new Map([['r', 'customer']] as const) }),
    );

    expect(await user.fields(address.home)).toEqual({ r: 'customer' });
  });

  it('that a user is forgotten, with the data of the sessions', async () => {
    const { address } = await listed();
    await user.write(address.home, { r: 'admin' });

    await losing(address, () => user.records.forget(address.home, operation()));

    expect(await user.fields(address.home)).toEqual({});
    expect((await user.entries(address.home)).listed).toEqual([]);
    await until('the session is erased', async () => (await outside.exists(keyOf(address))) === 0);
  });

  it('a new secret, at once or at an elevation', async () => {
    const { address, entry } = await listed();
    const [digest, to] = [newDigest(), `${entry}-2`];
    const rotation = { fields: new Map([['@a', 'sealed-2']]), durable: true };

    await losing(address, async () => {
      await sessions.store.rotate(address, digest, operation(), rotation);
      await user.records.replaceEntry(address.home, address.selector, entry, to, operation());
    });

    expect(await statusOf(address)).toBe('rotated');
    const now = await sessions.read({ ...address, digest });
    expect(now).toMatchObject({ status: 'live', user: { entry: to } });
    expect(now.status === 'live' && now.record.fields.get('@a')).toBe('sealed-2');
  });

  it('a renewed secret: who has the new one is not logged out, and the old one keeps its grace', async () => {
    const { address } = await listed();
    const digest = newDigest();

    await losing(address, () => sessions.store.renew(address, address.digest, digest, operation()));

    expect(await statusOf({ ...address, digest })).toBe('live');
    expect(await statusOf(address)).toBe('live');
  });

  it('the end of a session, destroyed or in favour of a login', async () => {
    const [first, second] = [newAddress(), newAddress()];
    for (const address of [first, second]) {
      await sessions.store.create(address, LONG, new Map([['a', '1']]), operation());
    }

    await losing(first, () => sessions.destroy(first));
    await losing(second, () => sessions.store.retire(second, 'login', ['a'], operation()));

    expect([await statusOf(first), await statusOf(second)]).toEqual(['destroyed', 'login']);
  });

  it('the end of all logins of everyone, for processes that start later', async () => {
    const key = `${here.prefix}everyone`;
    await user.records.revokeEveryone(operation());
    const stored = Number((await outside.get(key))!.split(' ')[0]);

    await outside.del(key);

    await until('it is stored again', async () => {
      const text = await outside.get(key);
      return text !== null && Number(text.split(' ')[0]) === stored;
    });
  });

  it('also what this process has only seen of others: a revocation, and new roles', async () => {
    const { address } = await listed();
    const { home, selector } = address;
    await user.write(home, { r: 'admin' });

    await losing(address, async () => {
      await there.users.strike(home, { selectors: [selector], reason: 'revoked' }, operation());
      await write(there, home, 'r', 'customer').catch(() => undefined);
      expect(await sessions.read(address)).toMatchObject({
        user: { entry: expect.stringMatching(/^!revoked /) as unknown },
      });
    });

    expect(await wordOf(address)).toBe('revoked');
  });

  it('also what this process has only seen of others: that a user is forgotten', async () => {
    const { address } = await listed();
    const { home } = address;

    await losing(address, async () => {
      await there.users.forget(home, operation());
      await there.remove(home, [address.selector], soon());
      expect(await sessions.read(address)).toMatchObject({ status: 'missing' });
    });

    expect((await user.entries(home)).listed).toEqual([]);
  });

  it('also what another process has told it of', async () => {
    const { address } = await listed();
    const { home, selector } = address;

    await losing(address, async () => {
      await there.users.strike(home, { selectors: [selector], reason: 'logout' }, operation());
      here.store.users.noteEnd(home, selector, 'logout');
    });

    expect(await wordOf(address)).toBe('logout');
  });

  it('also what another process left with another master, whatever else somebody wrote there', async () => {
    const { address } = await listed();
    const { home, selector } = address;
    const hint = JSON.stringify([home, { kind: 'struck', selector, reason: 'logout' }]);
    const others = ['nonsense', '[]', '["home",null]', `["${home}",{"kind":"entry"}]`, 'null'];
    const scored = [hint, ...others].flatMap((text) => [Date.now(), text]);
    await outside.zadd(hintsKey(here.prefix, 3), ...scored);

    cutConnection(here.own as Cluster, keyOf(address));

    expect(await wordOf(address)).toBe('logout');
  });

  it('without being asked, so that processes that know nothing of it are served right too', async () => {
    const { address } = await listed();
    const { home, selector } = address;

    await losing(address, () => user.strike(home, { selectors: [selector], reason: 'logout' }));

    await until('the other process finds it struck off', async () => {
      const { entries } = await there.users.read(home, soon());
      return entries.get(selector)!.startsWith('!logout ');
    });
  });
});

describe('What is newer is left alone when it is done again:', () => {
  it('a login after all sessions were revoked', async () => {
    const { address } = await listed();
    const { home } = address;
    await user.strike(home, { reason: 'revoked' });
    const newer = await elsewhere.listed(home);

    await reconnected(here.store, here.own as Cluster, home);

    expect((await user.entries(home)).listed).toEqual([newer]);
  });

  it('that a disabled user was enabled', async () => {
    const { address } = await listed();
    await user.strike(address.home, { reason: 'revoked', disabled: 'sealed' });
    await write(there, address.home, 'd', null);

    await reconnected(here.store, here.own as Cluster, address.home);

    expect(await user.fields(address.home)).toEqual({});
  });

  it('roles that another process set', async () => {
    const { address } = await listed();
    await user.write(address.home, { r: 'customer' });
    await write(there, address.home, 'r', 'admin');

    await reconnected(here.store, here.own as Cluster, address.home);

    expect(await user.fields(address.home)).toEqual({ r: 'admin' });
  });

  it('a login of a user who had been forgotten', async () => {
    const { address } = await listed();
    const { home } = address;
    await user.records.forget(home, operation());
    const selector = newUserAddress().selector;
    await elsewhere.admit(home, { selector, fields: new Map([['r', 'customer']] as const) });

    await reconnected(here.store, here.own as Cluster, home);

    expect(await user.fields(home)).toEqual({ r: 'customer' });
    expect((await user.entries(home)).listed).toEqual([selector]);
  });

  it('a later elevation', async () => {
    const { address } = await listed();
    const [first, second] = [newDigest(), newDigest()];
    await sessions.store.rotate(address, first, operation(), { durable: true });
    await there.rotate({ ...address, digest: first }, second, operation(), { durable: true });

    await reconnected(here.store, here.own as Cluster, address.home);

    expect(await outside.hget(keyOf(address), '@s')).toBe(second);
  });

  it('what is later counts in the end, in whichever order the processes come, where a failover has lost both', async () => {
    const { address } = await listed();
    const { home } = address;
    const lost = new LostWrites(outside);
    await lost.note(recordKey(home));
    await user.strike(home, { reason: 'revoked', disabled: 'sealed' });
    await write(there, home, 'd', null);
    await lost.lose();

    await reconnected(there, thereClient, home);
    await reconnected(here.store, here.own as Cluster, home);
    expect(await user.fields(home)).toEqual({});

    await lost.lose();
    await reconnected(here.store, here.own as Cluster, home);
    await reconnected(there, thereClient, home);
    expect(await user.fields(home)).toEqual({});
  });
});
