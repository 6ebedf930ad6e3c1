import { homeOfUser } from '../../lib/core/auth/user-home.js';
import { sessionKey, userRecordKey } from '../../lib/core/session-keys.js';
import {
  startRedisCluster,
  type RedisTestCluster,
  type RedisTestNode,
} from '../../lib/testing/index.js';
import { useFleet } from '../support/app-fleet.js';
import { PLATFORMS } from '../support/app-process.js';
import { range } from '../support/in-flight.js';
import { TokenHolder } from '../support/token-holder.js';
import { until } from '../support/until.js';

const SERVERS = range(2);
/** Answers of each server after the failover by which each right is judged. */
const ANSWERS = 3;
const REVOKED = 'the end of all sessions of a user';
const DISABLED = 'that a user is disabled';

/** A right that is taken away: how, and whether a server's answer still grants it. */
interface Case {
  readonly take: () => Promise<unknown>;
  readonly isGranted: (server: number) => Promise<boolean>;
}

/** The replica of a master hears nothing of what is taken away, the master dies, and the replica takes its place (faults F04, E12, E44). */
describe('When a replica takes over that never heard of it', () => {
  let cluster: RedisTestCluster;
  let master: RedisTestNode;
  let replica: RedisTestNode;
  const cases = new Map<string, Case>();
  const granted = new Map<string, number[]>();

  beforeAll(async () => {
    cluster = await startRedisCluster({ config: { 'cluster-require-full-coverage': 'no' } });
  }, 90_000);

  const fleet = useFleet({
    app: 'logins',
    platform: PLATFORMS,
    nodes: () => cluster.addresses,
    options: { maxSessionsPerUser: 2, deadline: '2s', failoverDeadline: '30s' },
  });

  afterAll(() => cluster?.close());

  const users = new Map<string, string>();

  /** A user by this name who lies on the master that will die. */
  const named = async (name: string): Promise<string> => {
    for (let at = 0; !users.has(name); at++) {
      const user = `${name}-${at}`;
      if ((await cluster.masterOf(recordKey(user))) === master) users.set(name, user);
    }
    return users.get(name)!;
  };

  const recordKey = (user: string): string =>
    userRecordKey(fleet.keys.prefix, homeOfUser(user, undefined));

  const act = (holder: TokenHolder, server: number, name: string, ...args: unknown[]) =>
    holder.post(fleet.url(server, '/handler'), { act: name, args });

  const login = async (user: string, server = 0, roles = ['customer']): Promise<TokenHolder> => {
    const holder = new TokenHolder('cookie');
    expect((await act(holder, server, 'login', user, { roles })).status).toBe(200);
    return holder;
  };

  const registry = async (server: number, call: string, ...args: unknown[]): Promise<void> => {
    const url = fleet.url(server, `/registry/${call}`);
    const answer = await new TokenHolder('cookie').post(url, { args });
    expect([call, answer.status, answer.json<{ result: object }>().result]).toEqual([
      call,
      200,
      expect.objectContaining({ applied: true, durable: false }),
    ]);
  };

  const serves = async (holder: TokenHolder, server: number, path: string): Promise<boolean> =>
    (await holder.copy().get(fleet.url(server, path))).status === 200;

  const tokenOf =
    (
      take: (user: string, holder: TokenHolder) => Promise<unknown>,
      path = '/me',
      roles?: string[],
    ) =>
    async (name: string): Promise<Case> => {
      const user = await named(name);
      const holder = await login(user, 0, roles);
      const old = holder.copy();
      return { take: () => take(user, holder), isGranted: (server) => serves(old, server, path) };
    };

  /** A visitor's session on the master that will die. */
  const visitor = (name: string) => async (): Promise<Case> => {
    for (;;) {
      const holder = new TokenHolder('cookie');
      await holder.post(fleet.url(0, '/leave/tea'));
      const place = { home: holder.token!.slice(1, 21), selector: holder.token!.slice(21, 37) };
      if ((await cluster.masterOf(sessionKey(fleet.keys.prefix, place))) !== master) continue;
      const old = holder.copy();
      return {
        take: async () =>
          act(holder, 0, name, ...(name === 'login' ? [await named('visitor')] : [])),
        isGranted: async (server) =>
          'cart' in (await old.copy().get(fleet.url(server, '/'))).json<object>(),
      };
    }
  };

  const CASES: Readonly<Record<string, (name: string) => Promise<Case>>> = {
    'a logout': tokenOf((_, holder) => act(holder, 0, 'logout')),
    'the end of one session': tokenOf((user, { token }) =>
      registry(0, 'revoke', user, token!.slice(21, 37)),
    ),
    [REVOKED]: tokenOf((user) => registry(0, 'revokeAll', user)),
    [DISABLED]: tokenOf((user) => registry(0, 'disable', user)),
    'that a user is forgotten': tokenOf((user) => registry(0, 'forget', user)),
    'fewer roles': tokenOf((user) => registry(0, 'setRoles', user, ['customer']), '/admin', [
      'admin',
    ]),
    'an elevation: the token before it': tokenOf((_, holder) =>
      act(holder, 0, 'elevate', { amr: ['otp'] }),
    ),
    'a rotation: the token before it': tokenOf((_, holder) => act(holder, 0, 'rotate')),
    'a login that evicts the oldest session': tokenOf(async (user) => {
      await login(user);
      await login(user);
    }),
    'a login in place of another': tokenOf((user, holder) => act(holder, 0, 'login', user)),
    'a session that was destroyed': tokenOf((_, holder) => act(holder, 0, 'destroy')),
    "a visitor's session that was destroyed": visitor('destroy'),
    'the session before a login': visitor('login'),
  };

  const offsetOf = async (node: RedisTestNode): Promise<number> => {
    const info = String(await cluster.command(node, 'INFO', 'replication'));
    return Number(/^(?:slave|master)_repl_offset:(\d+)/m.exec(info)![1]);
  };

  /** From here on the replica hears nothing, whatever its sockets hold. */
  const cutOff = async (): Promise<void> => {
    const offset = await offsetOf(master);
    await until('the replica has all so far', async () => (await offsetOf(replica)) >= offset);
    cluster.stop(replica);
    await cluster.command(master, 'CLIENT', 'KILL', 'TYPE', 'replica');
  };

  const takeOver = async (): Promise<void> => {
    await cluster.kill(master);
    cluster.cont(replica);
    await cluster.command(replica, 'CLUSTER', 'FAILOVER', 'TAKEOVER');
  };

  /** Asks both servers for each right again and again while it happens, and a few times after it. */
  const watchDuring = async (happening: () => Promise<void>): Promise<void> => {
    let isOver = false;
    const watch = async ([name, { isGranted }]: [string, Case], server: number): Promise<void> => {
      for (let after = 0; after < ANSWERS;) {
        const isAfter = isOver;
        if (await isGranted(server)) granted.get(name)![server]!++;
        if (isAfter) after++;
      }
    };
    const watching = [...cases].flatMap((entry) => SERVERS.map((server) => watch(entry, server)));
    await happening();
    isOver = true;
    await Promise.all(watching);
  };

  beforeAll(async () => {
    master = await cluster.masterOf(0);
    replica = await cluster.replicaOf(master);
    for (const [name, make] of Object.entries(CASES)) {
      cases.set(name, await make(name));
      granted.set(name, [0, 0]);
    }
    await Promise.all(
      [...cases].map(async ([name, { isGranted }]) =>
        expect([name, await isGranted(0), await isGranted(1)]).toEqual([name, true, true]),
      ),
    );
    await cutOff();
    for (const { take } of cases.values()) await take();
    for (const [name, { isGranted }] of cases) {
      expect([name, await isGranted(0), await isGranted(1)]).toEqual([name, false, false]);
    }
    await watchDuring(takeOver);
  }, 120_000);

  it.each(Object.keys(CASES))('no server takes back %s', (name) => {
    expect(granted.get(name)).toEqual([0, 0]);
  });

  it('the new master has it itself, for servers that knew nothing', async () => {
    const recordOf = async (name: string): Promise<Record<string, string>> =>
      fleet.keys.redis.hgetall(recordKey(await named(name)));
    const revoked = await recordOf(REVOKED);
    expect(Object.values(revoked).filter((text) => text.startsWith('!revoked '))).toHaveLength(1);
    expect(Object.keys(await recordOf(DISABLED))).toContain('d');
  });

  it('who logs in afterwards, or is enabled, stays so', async () => {
    const revoked = await named(REVOKED);
    const disabled = await named(DISABLED);
    const url = fleet.url(1, '/registry/enable');
    expect((await new TokenHolder('cookie').post(url, { args: [disabled] })).status).toBe(200);

    const holders = [await login(revoked, 1), await login(disabled, 1)];

    for (const server of SERVERS) {
      const served = holders.map((holder) => serves(holder, server, '/me'));
      expect(await Promise.all(served)).toEqual([true, true]);
    }
  });
});
