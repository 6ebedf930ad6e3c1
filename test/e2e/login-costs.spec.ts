import { startRedisCluster, type RedisTestCluster } from '../../lib/testing/index.js';
import { PLATFORMS } from '../support/app-process.js';
import { useFleet } from '../support/app-fleet.js';
import { CommandStats, type CommandCounts } from '../support/command-stats.js';
import { inFlight, range } from '../support/in-flight.js';
import type { Traffic } from '../support/proxied-connection.js';
import { RedisProxy } from '../support/redis-proxy.js';
import { homeOf, roundTripsOf } from '../support/round-trips.js';
import { TokenHolder } from '../support/token-holder.js';

const REQUESTS = 10;
const SESSIONS = 100;

/** A cluster of its own: INFO counts what anybody asks of a node. */
let cluster: RedisTestCluster;
let proxy: RedisProxy;

beforeAll(async () => {
  cluster = await startRedisCluster();
  proxy = await RedisProxy.start(cluster.addresses);
});

afterAll(async () => {
  await proxy.close();
  await cluster.close();
});

describe('What Redis is asked for somebody who is logged in', () => {
  const fleet = useFleet({
    app: 'logins',
    platform: PLATFORMS,
    nodes: () => cluster.addresses,
    options: () => ({ redis: proxy.redis, maxSessionsPerUser: SESSIONS }),
  });
  let stats: CommandStats;
  let users = 0;

  const loggedIn = async (user = `user-${++users}`): Promise<TokenHolder> => {
    const holder = new TokenHolder('cookie');
    await holder.post(fleet.url(0, '/leave/tea'));
    const body = { act: 'login', args: [user, { keep: ['cart'], roles: ['admin'] }] };
    expect((await holder.post(fleet.url(users, '/handler'), body)).status).toBe(200);
    return holder;
  };

  beforeAll(async () => {
    stats = new CommandStats(cluster);
    // Every node must know the scripts, on the connection for WAIT too, or the first call of each would be sent twice.
    await inFlight(8, range(60), async (at) => {
      const holder = await loggedIn();
      await holder.post(fleet.url(at, '/mine/push/0'));
      await holder.post(fleet.url(at, '/handler'), { act: 'elevate', args: [{ amr: ['otp'] }] });
      await holder.post(fleet.url(at, '/registry/revokeAll'), { args: [`user-${users}`] });
      await holder.post(fleet.url(at, '/registry/setRoles'), { args: ['nobody', []] });
    });
  });

  describe.each(PLATFORMS.map((platform, server) => [platform, server] as const))(
    'on %s',
    (_, server) => {
      it('is two reads in one turn, where nothing changes', async () => {
        const holder = await loggedIn();
        const ask = () => holder.get(fleet.url(server, '/me'));

        const cost = await stats.during(async () => {
          for (let at = 0; at < REQUESTS; at++) expect((await ask()).status).toBe(200);
        });

        // Each server asks each second, by one GET, whether everyone was logged out.
        const { get: _, ...asked } = cost;
        expect(asked).toEqual({ hmget: 2 * REQUESTS });
        expect(await roundTripsOf(proxy, () => [homeOf(holder.token!)], ask)).toEqual([
          ['HMGET', 'HMGET'],
        ]);
      });

      it('is one write to the socket for both reads, and for the script and the read behind it', async () => {
        const holder = await loggedIn();
        const traffic: Traffic[] = (proxy.traffic = []);
        for (let at = 0; at < REQUESTS; at++) {
          expect((await holder.get(fleet.url(server, '/me'))).status).toBe(200);
          expect((await holder.post(fleet.url(server, '/mine/push/0'))).status).toBe(201);
        }
        proxy.traffic = undefined;

        const sent = traffic.filter(
          ({ way, command }) => way === 'asked' && command.includes(homeOf(holder.token!)),
        );
        expect(sent).toHaveLength(6 * REQUESTS);
        expect(new Set(sent.map(({ chunk }) => chunk)).size).toBe(3 * REQUESTS);
      });

      it('is one script and one read more, in one turn, where something changes', async () => {
        const holder = await loggedIn();
        const ask = () => holder.post(fleet.url(server, '/mine/push/0'));

        const cost = await stats.during(ask);

        expect(cost).toMatchObject({ evalsha: 1, hgetall: 1 });
        expect(cost['eval']).toBeUndefined();
        expect(await roundTripsOf(proxy, () => [homeOf(holder.token!)], ask)).toEqual([
          ['HGETALL', 'HMGET'],
          ['EVALSHA', 'HMGET'],
        ]);
      });

      it('is three round trips to log in: the session, its entry, the end of the one before', async () => {
        const visitor = new TokenHolder('cookie');
        await visitor.post(fleet.url(server, '/leave/tea'));
        const before = homeOf(visitor.token!);
        const login = () =>
          visitor.post(fleet.url(server, '/handler'), { act: 'login', args: [`user-${++users}`] });
        const cost: CommandCounts[] = [];

        const trips = await roundTripsOf(
          proxy,
          () => [before, homeOf(visitor.token!)],
          async () => cost.push(await stats.during(login)),
        );

        expect(trips).toEqual([['HMGET'], ['EVALSHA'], ['EVALSHA', 'WAIT'], ['EVALSHA']]);
        expect(scriptsIn(cost[0]!)).toBe(3);
      });

      it('is one round trip to log out: the end in the record, and that of the session', async () => {
        const holder = await loggedIn();
        const home = homeOf(holder.token!);
        const logout = () => holder.post(fleet.url(server, '/handler'), { act: 'logout' });

        const [hydrate, end, ...more] = await roundTripsOf(proxy, () => [home], logout);

        expect([hydrate, [...end!].sort(), more]).toEqual([
          ['HMGET', 'HMGET'],
          ['EVALSHA', 'EVALSHA', 'WAIT'],
          [],
        ]);
      });

      it.each([
        ['setRoles', [['customer']]],
        ['setAttributes', [{ plan: 'pro' }]],
        ['disable', []],
        ['revokeAll', []],
      ])('is one script to change what is known of a user: %s', async (call, rest) => {
        const user = `user-${++users}`;
        await loggedIn(user);
        const cost = await stats.during(() =>
          new TokenHolder('cookie').post(fleet.url(server, `/registry/${call}`), {
            args: [user, ...rest],
          }),
        );
        expect(scriptsIn(cost)).toBe(1);
      });

      it(`is one script to end ${SESSIONS} sessions, each of which is refused at once by both servers`, async () => {
        const user = `user-${++users}`;
        const holders = await inFlight(8, range(SESSIONS), () => loggedIn(user));

        const cost = await stats.during(async () => {
          const revoked = await new TokenHolder('cookie').post(
            fleet.url(server, '/registry/revokeAll'),
            { args: [user] },
          );
          expect(revoked.json<{ result: { handles: string[] } }>().result.handles.length).toBe(
            SESSIONS,
          );
        });
        const answers = await inFlight(8, holders, (holder, at) =>
          holder.get(fleet.url(at, '/me')),
        );

        expect(scriptsIn(cost)).toBe(1);
        expect(answers.filter(({ status }) => status !== 401)).toEqual([]);
      });
    },
  );
});

/** Scripts, but for a hint, which is left only where a replica took longer to confirm: that alone cuts its set by score. */
function scriptsIn(cost: CommandCounts): number {
  const hints = cost['zremrangebyscore'] ?? 0;
  return (cost['evalsha'] ?? 0) + (cost['eval'] ?? 0) - hints;
}
