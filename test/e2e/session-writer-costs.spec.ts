import { startRedisCluster, type RedisTestCluster } from '../../lib/testing/index.js';
import { PLATFORMS } from '../support/app-process.js';
import { useFleet } from '../support/app-fleet.js';
import { CommandStats } from '../support/command-stats.js';
import { inFlight, range } from '../support/in-flight.js';
import { RedisProxy } from '../support/redis-proxy.js';
import { homeOf, roundTripsOf } from '../support/round-trips.js';
import { TokenHolder } from '../support/token-holder.js';

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

describe.each(PLATFORMS)(
  'What a field costs on %s that is written without being read',
  (platform) => {
    const fleet = useFleet({
      app: 'writers',
      platform,
      servers: 1,
      nodes: () => cluster.addresses,
      options: () => ({ redis: proxy.redis }),
    });
    let stats: CommandStats;
    let users = 0;

    const visitor = async (): Promise<TokenHolder> => {
      const holder = new TokenHolder('cookie');
      await holder.post(fleet.url(0, '/fill'));
      return holder;
    };

    const loggedIn = async (): Promise<TokenHolder> => {
      const holder = await visitor();
      await holder.post(fleet.url(0, `/login/user-${++users}`));
      return holder;
    };

    /** Round trips of one request, by the session it came with and by the one it leaves. */
    const tripsOf = async (holder: TokenHolder, path: string): Promise<string[][]> => {
      const before = holder.token;
      const homes = () => [before, holder.token].flatMap((token) => (token ? [homeOf(token)] : []));
      return roundTripsOf(proxy, homes, async () => {
        expect((await holder.post(fleet.url(0, path), { value: 'GBP' })).status).toBe(201);
      });
    };

    beforeAll(async () => {
      stats = new CommandStats(cluster);
      // Every node must know the scripts, or the first call of each would be sent twice.
      await inFlight(8, range(60), async () => {
        const holder = await visitor();
        await holder.post(fleet.url(0, '/set'), { value: 'first' });
      });
    });

    it('is one script, however many fields are set', async () => {
      const holder = await visitor();

      const costs = [
        await stats.during(() => holder.post(fleet.url(0, '/set'), { value: 'GBP' })),
        await stats.during(() => holder.post(fleet.url(0, '/two'))),
      ];

      // The script itself asks for the library's own fields and for those it writes, together.
      expect(costs[0]).toEqual({ evalsha: 1, hmget: 1, hset: 1 });
      expect(costs[1]).toEqual(costs[0]);
      expect(await tripsOf(holder, '/set')).toEqual([['EVALSHA']]);
    });

    it('is one script and a look at the record in the same turn for somebody who is logged in', async () => {
      expect(await tripsOf(await loggedIn(), '/set')).toEqual([['EVALSHA', 'HMGET']]);
    });

    it('is one script to begin a session with it', async () => {
      expect(await tripsOf(new TokenHolder('cookie'), '/set')).toEqual([['EVALSHA']]);
    });

    it('is nothing where the handler sets nothing', async () => {
      const holder = await visitor();

      expect(await stats.during(() => holder.post(fleet.url(0, '/unused')))).toEqual({});
    });

    it('is one round trip more where the session has expired, and a new one begins', async () => {
      const holder = await visitor();
      await fleet.keys.redis.del(fleet.keys.keyOf(holder.token!));

      const trips = await tripsOf(holder, '/set');

      // Not waited for, beside the script that begins the new one: the look whether a foreign key was left in its place.
      const [commit, begin] = trips;
      expect([commit, begin!.sort()]).toEqual([['EVALSHA'], ['EVALSHA', 'HMGET']]);
    });

    it.each([
      ['needs a login', '/member'],
      ['reads another field', '/beside'],
    ])('is a read first where the handler %s', async (_, path) => {
      expect(await tripsOf(await loggedIn(), path)).toEqual([
        ['HMGET', 'HMGET'],
        ['EVALSHA', 'HMGET'],
      ]);
    });

    it('is a read before it where the handler opens the session after all', async () => {
      expect(await tripsOf(await visitor(), '/opened-after')).toEqual([['HMGET'], ['EVALSHA']]);
    });
  },
);
