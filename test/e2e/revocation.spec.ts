import { clusterNodes, PLATFORMS, startApp } from '../support/app-process.js';
import { useFleet, type AppFleet } from '../support/app-fleet.js';
import type { Answer } from '../support/http-client.js';
import { inFlight, range } from '../support/in-flight.js';
import { TokenHolder } from '../support/token-holder.js';
import { until } from '../support/until.js';

const SESSIONS = 100;
const ROUNDS = 3;

const login = async (fleet: AppFleet, user: string, at = 0, options = {}): Promise<TokenHolder> => {
  const holder = new TokenHolder('cookie');
  const body = { act: 'login', args: [user, options] };
  expect((await holder.post(fleet.url(at, '/handler'), body)).status).toBe(200);
  return holder;
};

/** Calls the registry on one of the servers. */
const registry = (
  fleet: AppFleet,
  server: number,
  call: string,
  ...args: unknown[]
): Promise<Answer> =>
  new TokenHolder('cookie').post(fleet.url(server, `/registry/${call}`), { args });

const statusOn = async (fleet: AppFleet, server: number, holder: TokenHolder): Promise<number> =>
  (await holder.copy().get(fleet.url(server, '/me'))).status;

describe(`${SESSIONS} sessions of a user`, () => {
  const fleet = useFleet({
    app: 'logins',
    platform: PLATFORMS,
    servers: 4,
    options: { maxSessionsPerUser: 2 * SESSIONS },
  });

  it.each(PLATFORMS.map((platform, server) => [platform, server] as const))(
    'are over on every other server when the one on %s that ended them is killed right after its answer',
    async (_, server) => {
      const user = `killed-by-${server}`;
      const holders = await inFlight(8, range(SESSIONS), (at) => login(fleet, user, 2 + (at % 2)));

      const revoked = await registry(fleet, server, 'revokeAll', user);
      await fleet.servers[server]!.kill();
      const statuses = await inFlight(8, holders, (holder, at) =>
        statusOn(fleet, 2 + (at % 2), holder),
      );

      expect(revoked.json<{ result: { applied: boolean } }>().result.applied).toBe(true);
      expect(statuses.filter((status) => status !== 401)).toEqual([]);
      const homes = new Set(holders.map(({ token }) => token!.slice(1, 21)));
      const left = (await fleet.keys.all()).filter(({ key }) => homes.has(key.split(/[{}]/)[1]!));
      expect(left.filter(({ ttl }) => ttl <= 0)).toEqual([]);
    },
  );

  it('are over but one, which never sees a 401, not even on requests beside it', async () => {
    const user = 'stays';
    const staying = await login(fleet, user, 2);
    const handle = staying.token!.slice(21, 37);
    let over = false;
    const seen = new Set<number>();
    const beside = range(4).map(async (at) => {
      while (!over) {
        const path = at < 2 ? '/me' : '/mine/push/0';
        const method = at < 2 ? 'GET' : 'POST';
        const { status } = await staying.copy().send(method, fleet.url(2 + (at % 2), path));
        seen.add(status);
      }
    });

    const others: TokenHolder[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const more = await inFlight(4, range(10), (at) => login(fleet, user, 2 + (at % 2)));
      await registry(fleet, 2 + (round % 2), 'revokeAll', user, { except: handle });
      others.push(...more);
    }
    over = true;
    await Promise.all(beside);

    expect([...seen].sort()).toEqual([200, 201]);
    const statuses = await inFlight(8, others, (holder, at) =>
      statusOn(fleet, 2 + (at % 2), holder),
    );
    expect(statuses.filter((status) => status !== 401)).toEqual([]);
  });
});

describe('What an administrator does to a user', () => {
  const fleet = useFleet({ app: 'logins', platform: PLATFORMS });

  it.each(PLATFORMS.map((platform, server) => [platform, server] as const))(
    'is obeyed by the next request on the other server, done on %s: demote, promote, disable, enable',
    async (_, server) => {
      const user = `user-${server}`;
      const holder = await login(fleet, user, server, { roles: ['admin'] });
      const other = server + 1;
      const admin = async (): Promise<unknown[]> => {
        const answer = await holder.get(fleet.url(other, '/admin'));
        return [answer.status, answer.json()['reason']];
      };
      const seen = [await admin()];
      for (const [call, ...rest] of [
        ['setRoles', ['customer']],
        ['setRoles', ['customer', 'admin']],
        ['disable'],
        ['enable'],
      ] as const) {
        expect((await registry(fleet, server, call, user, ...rest)).status).toBe(200);
        seen.push(await admin());
      }

      expect(seen).toEqual([
        [200, undefined],
        [403, 'role_required'],
        [200, undefined],
        [401, 'disabled'],
        [401, 'revoked'],
      ]);
      const again = await login(fleet, user, other);
      expect(await statusOn(fleet, server, again)).toBe(200);
    },
  );
});

describe('The end of all logins of everyone', () => {
  const fleet = useFleet({ app: 'logins', platform: PLATFORMS });

  it('reaches every server, leaves visitors and later logins alone, and outlives a restart', async () => {
    const holders = await inFlight(8, range(20), (at) => login(fleet, `user-${at}`, at));
    const visitor = new TokenHolder('cookie');
    await visitor.post(fleet.url(0, '/leave/tea'));

    expect((await registry(fleet, 0, 'revokeEveryone')).status).toBe(200);
    const later = await Promise.all(range(2).map((at) => login(fleet, `user-${at}`, at)));
    const statuses = (of: readonly TokenHolder[], server: number): Promise<number[]> =>
      Promise.all(of.map((holder) => statusOn(fleet, server, holder)));

    for (const server of range(2)) {
      await until(`server ${server} knows`, async () => {
        return (await statuses(holders, server)).every((status) => status === 401);
      });
      expect(await statuses(later, server)).toEqual([200, 200]);
    }
    const { cart } = (await visitor.get(fleet.url(1, '/'))).json<{ cart: string[] }>();
    expect(cart).toEqual(['tea']);

    const options = { redis: { nodes: clusterNodes() }, keyPrefix: fleet.keys.prefix };
    const restarted = await startApp({ app: 'logins', platform: 'express', options });
    const first = await Promise.all(
      [...holders, ...later].map((holder) => holder.copy().get(`${restarted.url}/me`)),
    );
    await restarted.stop();
    expect(first.map(({ status }) => status)).toEqual([...holders.map(() => 401), 200, 200]);
  });
});
