import { setImmediate as nextTurn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import type { Redis } from 'ioredis';
import { userRecordKey } from '../../lib/core/session-keys.js';
import type { SessionAddress } from '../../lib/core/session-store.js';
import { keySlot } from '../../lib/redis/key-slot.js';
import { createCluster } from '../../lib/redis/redis-client.js';
import { SCRIPT_TEXTS } from '../../lib/redis/session-scripts.js';
import {
  startRedisCluster,
  startRedisServer,
  type RedisTestCluster,
  type RedisTestNode,
  type RedisTestServer,
} from '../../lib/testing/index.js';
import { HandmadeReplica, replicationOffset } from '../support/handmade-replica.js';
import { range } from '../support/in-flight.js';
import { RedisProxy } from '../support/redis-proxy.js';
import { until } from '../support/until.js';
import { RecordUser } from './record-user.js';
import { RedisUnderTest } from './redis-under-test.js';
import {
  LIMITS,
  LONG,
  newDigest,
  newHome,
  newUserAddress,
  operation,
  put,
  StoreUser,
} from './store-under-test.js';
import { TcpProxy } from './tcp-proxy.js';

const AT_LIMIT = { dead: [], evict: 'oldest' } as const;

let cluster: RedisTestCluster;
let subject: RedisUnderTest;
const sessions = new StoreUser(() => subject);
const user = new RecordUser(sessions);

beforeAll(async () => {
  cluster = await startRedisCluster();
  subject = new RedisUnderTest(createCluster(cluster.addresses));
  await subject.store.connect();
});
afterAll(async () => {
  await subject?.close();
  await cluster?.close();
});

const recordKey = (home: string) => userRecordKey(subject.prefix, home);

const durably = () => ({ ...operation(), durable: true });

const revokeAll = (home: string, by = user) => by.strike(home, { reason: 'revoked' });

async function listed(): Promise<{ address: SessionAddress; entry: string }> {
  const address = newUserAddress();
  await sessions.store.create(address, LONG, new Map([['a', '1']]), operation());
  const entry = await user.entry(address.home);
  await user.admit(address.home, { selector: address.selector, entry });
  return { address, entry };
}

async function otherMaster(owner: RedisTestNode): Promise<RedisTestNode> {
  for (const node of cluster.nodes) {
    const role = String(await cluster.command(node, 'ROLE'));
    if (node !== owner && role.startsWith('master')) return node;
  }
  throw new Error('There is no other master');
}

describe('durable', () => {
  const durable = async (home: string): Promise<boolean> => {
    await user.listed(home);
    return (await revokeAll(home)).durable;
  };

  type Change = (session: Awaited<ReturnType<typeof listed>>) => Promise<object>;
  const CHANGES: [name: string, change: Change][] = [
    ['admitting', ({ address }) => user.admit(address.home)],
    [
      'another entry',
      ({ address: { home, selector }, entry }) =>
        user.records.replaceEntry(home, selector, entry, `${entry}-2`, operation()),
    ],
    [
      'a field of the record',
      ({ address }) =>
        user.records.write(address.home, new Map([['r', 'roles']] as const), operation()),
    ],
    [
      'an elevation',
      ({ address }) => {
        const fields = new Map([['@a', 'sealed']]);
        const rotation = { fields, durable: true };
        return sessions.store.rotate(address, newDigest(), operation(), rotation);
      },
    ],
    ['striking off', ({ address }) => revokeAll(address.home)],
    ['disabling', ({ address }) => user.strike(address.home, { disabled: 'sealed' })],
    ['forgetting', ({ address }) => user.records.forget(address.home, operation())],
    [
      'a commit',
      ({ address }) => sessions.store.commit(address, [put('a', '2')], LIMITS, durably(), 1),
    ],
    ['a new session', () => sessions.store.create(newUserAddress(), LONG, new Map(), durably())],
    ['revoking everyone', () => user.records.revokeEveryone(operation())],
  ];

  it.each(CHANGES)('is true where a replica has it: %s', async (name, change) => {
    // Again where a starved replica took longer than a change waits for it.
    await until(`${name} is durable`, async () => {
      const result = await change(await listed());
      return (result as { durable?: boolean }).durable === true;
    });
  });

  it('is false while the replica stands still, and true again afterwards; the change itself is made', async () => {
    const home = newHome();
    await until('durable at first', () => durable(home));
    const replica = await cluster.replicaOf(await cluster.masterOf(recordKey(home)));

    cluster.stop(replica);
    const meanwhile = await durable(home).finally(() => cluster.cont(replica));

    expect(meanwhile).toBe(false);
    expect((await user.entries(home)).listed).toEqual([]);
    await until('durable again', () => durable(home));
  });

  it('is true also where the script had to be loaded first', async () => {
    const home = newHome();
    await until('durable after SCRIPT FLUSH', async () => {
      await user.listed(home);
      await Promise.all(subject.masters().map((master) => master.script('FLUSH')));
      return (await revokeAll(home)).durable;
    });
  });

  it('is false where a replica has what came before the change, but not the change, as its script had to be loaded first', async () => {
    const home = newHome();
    await until('durable at first', () => durable(home));
    await user.listed(home);
    const master = await cluster.masterOf(recordKey(home));
    const replica = await cluster.replicaOf(master);
    cluster.stop(replica);
    const other = await HandmadeReplica.attach(cluster, master);
    try {
      await cluster.command(master, 'SCRIPT', 'FLUSH');
      await cluster.command(master, 'PUBLISH', 'nobody', 'hears this, but replicas are told of it');
      const before = await replicationOffset(cluster, master);
      const revoking = revokeAll(home);
      // The change itself waits in the socket, behind the WAIT of the script that was not known.
      await until('the change waits', async () => {
        const clients = String(await cluster.command(master, 'CLIENT', 'LIST'));
        return / flags=b\S* .* qbuf=[1-9]\d* /.test(clients);
      });
      other.acknowledge(before);
      expect(await revoking).toMatchObject({ applied: true, durable: false });
    } finally {
      other.detach();
      cluster.cont(replica);
    }
    await until('durable again', () => durable(home));
  });

  it('is false for a change whose connection was cut, which is made once; the next is durable', async () => {
    const home = newHome();
    await until('durable at first', () => durable(home));
    const name = await user.listed(home);
    const master = await cluster.masterOf(recordKey(home));

    const clients = String(await cluster.command(master, 'CLIENT', 'LIST'));
    const waiting = [...clients.matchAll(/^id=(\d+).* cmd=wait /gm)].map(([, id]) => id!);
    expect(waiting).toHaveLength(1);
    await cluster.command(master, 'CLIENT', 'KILL', 'ID', waiting[0]!);

    await expect(revokeAll(home)).resolves.toMatchObject({ applied: true, removed: [name] });
    await until('durable again', () => durable(home));
  });

  it('comes back after the slot has moved to another node', async () => {
    const home = newHome();
    const name = await user.listed(home);
    const owner = await cluster.masterOf(recordKey(home));
    await cluster.moveSlot(keySlot(recordKey(home)), await otherMaster(owner));

    await expect(revokeAll(home)).resolves.toMatchObject({ applied: true, removed: [name] });

    await until('durable again', () => durable(home));
  });
});

describe('on a single server', () => {
  let server: RedisTestServer;
  let alone: RedisUnderTest;
  const loner = new RecordUser(new StoreUser(() => alone));

  beforeAll(async () => {
    server = await startRedisServer();
    alone = await RedisUnderTest.onServer(server);
  });
  afterAll(async () => {
    await alone?.close();
    await server?.close();
  });

  it('nothing is waited for, no second connection is made, and nothing is durable', async () => {
    const connections = async () =>
      String(await server.command('CLIENT', 'LIST', 'TYPE', 'normal')).split('\n').length;
    const before = await connections();
    const { home } = await loner.home(2);

    await expect(revokeAll(home, loner)).resolves.toMatchObject({ applied: true, durable: false });

    expect(String(await server.command('INFO', 'commandstats'))).not.toContain('cmdstat_wait:');
    expect(await connections()).toBe(before);
  });

  it('a change that Redis serves after its deadline is not made', async () => {
    const { home, names } = await loner.home(2);
    const before = await loner.records.read(home, operation().deadline);
    const entry = before.entries.get(names[0]!)!;
    const given = { entry: await loner.entry(home) };
    const key = userRecordKey(alone.prefix, home);
    await loner.write(home, { r: 'roles' }); // the scripts are loaded, and the record has its log
    const stored = await alone.client.hgetall(key);

    server.stop();
    const late = await Promise.allSettled([
      loner.admit(home, given, operation(150)),
      loner.strike(home, { reason: 'revoked' }, operation(150)),
      loner.records.write(home, new Map([['r', 'others']]), operation(150)),
      loner.records.replaceEntry(home, names[0]!, entry, given.entry, operation(150)),
      loner.records.forget(home, operation(150)),
      loner.records.revokeEveryone(operation(150)),
    ]);
    server.cont();

    // Behind the others on their connection: when it is answered, they have been.
    await expect(alone.client.hgetall(key)).resolves.toEqual(stored);
    await expect(alone.client.exists(`${alone.prefix}everyone`)).resolves.toBe(0);
    expect(late.map(({ status }) => status)).toEqual(late.map(() => 'rejected'));
  });

  describe('with a reply that gets lost after the command was executed', () => {
    let proxy: TcpProxy;
    let behind: RedisUnderTest;
    const guest = new RecordUser(new StoreUser(() => behind));

    beforeAll(async () => {
      proxy = await TcpProxy.to(server);
      behind = await RedisUnderTest.onServer(proxy);
    });
    afterAll(async () => {
      await behind?.close();
      await proxy?.close();
    });

    it('an admission evicts once and tells whom', async () => {
      const { home, names } = await guest.home(80);
      const given = { entry: await guest.entry(home), most: 3, atLimit: AT_LIMIT };

      proxy.loseNextReply();
      const result = await guest.admit(home, given);

      expect(result).toMatchObject({ status: 'admitted', evicted: names.slice(0, 78) });
      expect((await guest.entries(home)).listed).toHaveLength(3);
    });

    it.each(['revoked', undefined] as const)(
      'striking off (reason: %s) is done once and tells who was',
      async (reason) => {
        const { home, names } = await guest.home(80);

        proxy.loseNextReply();
        const { applied, removed } = await guest.strike(home, { reason });

        expect(applied).toBe(true);
        expect([...removed].sort()).toEqual([...names].sort());
      },
    );

    it('writing, replacing and forgetting are done and say so', async () => {
      const { home, names } = await guest.home(2);
      const name = names[0]!;
      const { entries } = await guest.records.read(home, operation().deadline);
      const to = await guest.entry(home);

      proxy.loseNextReply();
      const written = await guest.write(home, { r: 'roles' });
      proxy.loseNextReply();
      const replaced = await guest.records.replaceEntry(
        home,
        name,
        entries.get(name)!,
        to,
        operation(),
      );
      const after = await guest.records.read(home, operation().deadline);
      proxy.loseNextReply();
      const forgotten = await guest.records.forget(home, operation());

      expect([written, replaced]).toMatchObject([{ applied: true }, { applied: true }]);
      expect([after.fields.get('r'), after.entries.get(name)]).toEqual(['roles', to]);
      expect([...forgotten.removed].sort()).toEqual([...names].sort());
    });

    it('ending everyone ends no login that was made between the two sendings', async () => {
      const once = operation();
      const { records } = guest;
      await records.revokeEveryone(once);
      const first = Number((await behind.client.get(`${behind.prefix}everyone`))!.split(' ')[0]);
      await behind.reach(newUserAddress(), first + 5);

      await records.revokeEveryone(once);

      expect(records.everyoneRevokedAt).toBe(first);
    });
  });
});

describe('on a cluster whose replies get lost', () => {
  it('each change is made once and answered right', async () => {
    const proxy = await RedisProxy.start(cluster.addresses);
    const { nodes, options } = proxy.redis;
    const behind = new RedisUnderTest(createCluster(nodes, options));
    await behind.store.connect();
    const guest = new RecordUser(new StoreUser(() => behind));
    const homes = range(3).map(() => newHome());

    proxy.cutReplies(3);
    const evicted = new Map<string, string[]>(homes.map((home) => [home, []]));
    const admitted = new Map<string, string[]>(homes.map((home) => [home, []]));
    for (const at of range(24)) {
      const home = homes[at % homes.length]!;
      const selector = newUserAddress().selector;
      const result = await guest.admit(home, { selector, most: 3, atLimit: AT_LIMIT });
      expect(result.status).toBe('admitted');
      admitted.get(home)!.push(selector);
      if (result.status === 'admitted') evicted.get(home)!.push(...result.evicted);
    }
    const struck = await Promise.all(homes.map((home) => revokeAll(home, guest)));
    proxy.cutReplies(0);

    expect(proxy.cuts).toBeGreaterThan(5);
    homes.forEach((home, at) => {
      const all = [...evicted.get(home)!, ...struck[at]!.removed];
      expect(all.sort()).toEqual(admitted.get(home)!.sort());
      expect(struck[at]!.removed).toHaveLength(3);
    });
    await behind.close();
    await proxy.close();
  });
});

describe("a commit of a user's session", () => {
  /** The connection to the node that has the user's record and sessions. */
  const nodeOf = async ({ home }: SessionAddress): Promise<Redis> => {
    const { port } = await cluster.masterOf(recordKey(home));
    return subject.masters().find(({ options }) => options.port === port)!;
  };

  beforeEach(() => {
    const { lua } = SCRIPT_TEXTS.commit;
    return Promise.all(subject.masters().map((master) => master.script('LOAD', lua)));
  });
  afterEach(() => jest.restoreAllMocks());

  const counted = async (node: Redis, work: () => Promise<unknown>) => {
    const scripts = jest.spyOn(node, 'evalsha');
    const reads = jest.spyOn(node, 'hmget');
    const result = await work();
    return { result, scripts: scripts.mock.calls.length, reads: reads.mock.calls.length };
  };

  it('is one script and one read behind it', async () => {
    const { address, entry } = await listed();

    const done = await counted(await nodeOf(address), () =>
      sessions.commit(address, [put('a', '2')]),
    );

    expect(done).toMatchObject({
      result: { status: 'applied', user: { entry } },
      scripts: 1,
      reads: 1,
    });
  });

  it('that waits for a replica reads the record behind it too', async () => {
    const { address, entry } = await listed();
    const commit = () => sessions.store.commit(address, [put('a', '2')], LIMITS, durably(), 1);

    expect(await commit()).toMatchObject({ status: 'applied', user: { entry } });
    await revokeAll(address.home);
    expect(await commit()).toMatchObject({
      status: 'applied',
      user: { entry: expect.stringMatching(/^!revoked /) as unknown },
    });
  });

  it('is no error before it is known what became of the script, also where the record could not be read', async () => {
    const { address } = await listed();
    const node = await nodeOf(address);
    const send = node.evalsha.bind(node);
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const executed = jest
      .spyOn(node, 'evalsha')
      .mockImplementation((...args) => gate.then(() => send(...args)));
    jest.spyOn(node, 'hmget').mockRejectedValue(new Error('NOPERM not now'));

    let told = false;
    const commit = sessions.commit(address, [put('a', '2')]).finally(() => (told = true));
    commit.catch(() => undefined);
    await nextTurn();
    await nextTurn();
    const isTooEarly = told;
    open();

    await expect(commit).rejects.toThrow('NOPERM');
    expect(await executed.mock.results[0]!.value).toContain('applied');
    expect(isTooEarly).toBe(false);
  });

  it('that had to be sent again behind a revocation hears of it, by a second read', async () => {
    const { address } = await listed();
    const node = await nodeOf(address);
    const send = node.evalsha.bind(node);
    const reads = jest.spyOn(node, 'hmget');
    // As if the first sending had met a MOVED: it runs when the read behind it has long been answered.
    const resent = jest.spyOn(node, 'evalsha').mockImplementation(async (...args) => {
      await revokeAll(address.home);
      await reads.mock.results[0]!.value;
      await nextTurn();
      await nextTurn();
      return send(...args);
    });

    const result = await sessions.commit(address, [put('a', '2')]);

    expect(result).toMatchObject({
      status: 'applied',
      user: { entry: expect.stringMatching(/^!revoked /) as unknown },
    });
    expect([resent.mock.calls.length, reads.mock.calls.length]).toEqual([1, 2]);
  });

  it.each(['MOVED', 'ASK', 'NOSCRIPT'])(
    'hears of a revocation also through a %s',
    async (answer) => {
      const { address } = await listed();
      const slot = keySlot(recordKey(address.home));
      await revokeAll(address.home);
      const owner = await cluster.masterOf(slot);
      const other = await otherMaster(owner);
      if (answer === 'MOVED') {
        const { slots } = subject.client as unknown as { slots: string[][] };
        slots[slot] = [`${other.host}:${other.port}`];
      } else if (answer === 'ASK') {
        await cluster.beginSlotMove(slot, other);
        await cluster.migrateKeys(slot);
      } else {
        await Promise.all(subject.masters().map((master) => master.script('FLUSH')));
      }

      const result = await sessions.commit(address, [put('a', '2')]);

      expect(result).toMatchObject({
        status: 'applied',
        user: { entry: expect.stringMatching(/^!revoked /) as unknown },
      });
      if (answer === 'ASK') await cluster.moveSlot(slot, other);
    },
  );
});

it('closing the store lets go of all connections and timers', async () => {
  const connectionName = 'to-be-closed';
  const closing = new RedisUnderTest(
    createCluster(cluster.addresses, { redisOptions: { connectionName } }),
  );
  await closing.store.connect();
  const guest = new RecordUser(new StoreUser(() => closing));
  for (const _ of range(6)) await guest.listed(newHome());
  const open = async () => {
    const lists = await Promise.all(
      cluster.nodes.map((node) => cluster.command(node, 'CLIENT', 'LIST')),
    );
    return lists.join('\n').split(`name=${connectionName}`).length - 1;
  };
  expect(await open()).toBeGreaterThan(3);

  await closing.close();

  await until('all connections are gone', async () => (await open()) === 0);
});
