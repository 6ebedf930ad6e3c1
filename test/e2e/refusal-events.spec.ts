import { startRedisCluster, type RedisTestCluster } from '../../lib/testing/index.js';
import { useFleet } from '../support/app-fleet.js';
import { PLATFORMS, startApp } from '../support/app-process.js';
import { Browser } from '../support/browser.js';
import { heardBy } from '../support/event-story.js';
import { SessionAgeing } from '../support/session-ageing.js';
import { until } from '../support/until.js';

const MINUTE = 60_000;
const ROTATE = 15 * MINUTE;
const GRACE = 10_000;
const OPTIONS = {
  events: { cluster: true },
  timeouts: { rotate: ROTATE },
  remember: {},
  maxSessionsPerUser: { limit: 1, atLimit: 'reject' },
} as const;

describe.each(PLATFORMS)('Events on %s', (platform) => {
  const fleet = useFleet({ app: 'events', platform, options: OPTIONS });
  const age = new SessionAgeing(() => fleet.keys);

  const login = async (user: string, options: object = {}): Promise<Browser> => {
    const browser = new Browser();
    const { status } = await browser.post(fleet.url(0, `/login/${user}`), options);
    expect(status).toBe(200);
    return browser;
  };

  const handleOf = (browser: Browser): string => browser.token!.slice(21, 37);

  /** What one server has heard of a user. */
  const heard = async (server: number, user: string): Promise<object[]> =>
    (await heardBy(fleet.servers[server]!))
      .filter(({ userId, type }) => userId === user && type !== 'login')
      .map(({ type, handle, reason }) => ({ type, handle, reason }));

  const untilBothHear = async (user: string, expected: object[]): Promise<void> => {
    for (const server of [0, 1]) {
      await until(`both servers hear of ${user}`, async () => {
        return (await heard(server, user)).length >= expected.length;
      });
      expect(await heard(server, user)).toEqual(expected);
    }
  };

  /** Has its token replaced by the next request, and keeps the old one until it is good no more. */
  const replaced = async (browser: Browser): Promise<Browser> => {
    await age.secret(browser.token!, ROTATE + MINUTE);
    const old = browser.copy();
    for (const server of [0, 1]) {
      expect((await browser.get(fleet.url(server, '/me'))).status).toBe(200);
    }
    expect(browser.token).not.toBe(old.token);
    await age.untilFirstUse(browser.token!);
    await age.secret(browser.token!, GRACE + MINUTE);
    return old;
  };

  it('tell of a token that was renewed', async () => {
    const browser = await login('ann');
    const handle = handleOf(browser);
    await replaced(browser);
    await untilBothHear('ann', [{ type: 'rotated', handle, reason: 'renewed' }]);
  });

  it.each([
    ['refused', 'bob', {}],
    ['revoked', 'cid', { remember: true }],
  ])('tell of a theft, and that the session was %s', async (reason, user, options) => {
    const browser = await login(user, options);
    const handle = handleOf(browser);
    const old = await replaced(browser);
    expect((await old.get(fleet.url(1, '/me'))).status).toBe(401);
    await untilBothHear(user, [
      { type: 'rotated', handle, reason: 'renewed' },
      { type: 'theft', handle, reason },
    ]);
  });

  it('tell of a login that was one too many', async () => {
    await login('dan');
    expect((await new Browser().post(fleet.url(1, '/login/dan'))).status).toBe(403);
    await untilBothHear('dan', [{ type: 'rejected', handle: undefined, reason: 'limit' }]);
  });

  it('tell of a request of another site, where it came in and nowhere else', async () => {
    const browser = await login('eve');
    const foreign = { 'sec-fetch-site': 'cross-site' };
    const refused = await browser.post(fleet.url(1, '/my-note/stolen'), undefined, foreign);
    expect(refused.status).toBe(403);
    const forged = (server: number): Promise<object[]> =>
      heardBy(fleet.servers[server]!).then((events) =>
        events
          .filter(({ reason }) => reason === 'csrf')
          .map(({ type, ipClass }) => ({ type, ipClass })),
      );
    await until('it is heard', async () => (await forged(1)).length > 0);
    expect(await forged(1)).toEqual([{ type: 'rejected', ipClass: '127.0.0.0/24' }]);
    // What the other server would have heard of it came before this.
    await browser.post(fleet.url(1, '/users/eve/setRoles'), [['admin']]);
    await untilBothHear('eve', [{ type: 'changed', handle: undefined, reason: 'roles' }]);
    expect(await forged(0)).toEqual([]);
  });
});

describe('Trouble with Redis', () => {
  let cluster: RedisTestCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster({ masters: 1, replicasPerMaster: 0 });
  });
  afterAll(() => cluster?.close());

  it('is told of when it begins and when it has ended, once each', async () => {
    const options = { redis: { nodes: cluster.addresses }, deadline: '300ms' };
    const server = await startApp({ app: 'events', platform: 'express', options });
    const told = async (): Promise<(string | undefined)[]> =>
      (await heardBy(server)).filter(({ type }) => type === 'degraded').map(({ reason }) => reason);
    const use = async (): Promise<number> =>
      (await new Browser().post(`${server.url}/cart/tea`)).status;

    expect(await use()).toBe(201);
    cluster.stop(cluster.nodes[0]!);
    expect([await use(), await use()]).toEqual([503, 503]);
    expect(await told()).toEqual(['begins']);
    cluster.cont(cluster.nodes[0]!);
    await until('it serves again, for longer than it takes to be sure', async () => {
      return (await use()) === 201 && (await told()).length > 1;
    });

    expect(await told()).toEqual(['begins', 'ends']);
    await server.stop();
  });
});
