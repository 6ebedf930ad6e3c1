import type { SessionEvent, SessionModuleOptionsInput } from '../../lib/index.js';
import { expiryKey } from '../../lib/core/session-keys.js';
import { useFleet, type AppFleet } from '../support/app-fleet.js';
import { clusterNodes, startApp, type AppProcess } from '../support/app-process.js';
import { Browser } from '../support/browser.js';
import { range } from '../support/in-flight.js';
import { sized, SIZED_LIMIT } from '../support/test-size.js';
import { until } from '../support/until.js';

const BUCKETS = 64;

describe('A session that ends by its own time', () => {
  const idle = 3000;
  const fleet = useFleet({ app: 'events', platform: 'express', options: optionsWith(idle) });

  it('is told of on every server, once, with its user and its last use', async () => {
    const [first, second] = fleet.servers;
    const handles = [...(await open(first!, 10, 'ann')), ...(await open(second!, 10, 'bob'))];
    await allTold(fleet, handles.length);
    for (const server of fleet.servers) {
      const expired = await expiredOn(server);
      expect(expired.map(({ handle }) => handle).sort()).toEqual([...handles].sort());
      expect(new Set(expired.map(({ userId }) => userId)).size).toBe(handles.length);
      for (const { at, lastSeenAt } of expired) {
        expect(at - lastSeenAt!).toBeGreaterThanOrEqual(idle - 1);
      }
    }
  });

  it('is not told of while it is used, nor when it was ended otherwise', async () => {
    const before = (await expiredOn(fleet.servers[0]!)).length;
    const [used, loggedOut, destroyed, visitor] = range(4).map(() => new Browser());
    await used!.post(fleet.url(0, '/login/cid'));
    const handle = used!.token!.slice(21, 37);
    await loggedOut!.post(fleet.url(0, '/login/dan'));
    await loggedOut!.post(fleet.url(1, '/logout'));
    await destroyed!.post(fleet.url(0, '/cart/tea'));
    await destroyed!.post(fleet.url(1, '/destroy'));
    await new Browser().post(fleet.url(0, '/login/eve'));
    await visitor!.post(fleet.url(0, '/users/eve/revokeAll'));
    const [mark] = await open(fleet.servers[1]!, 1, 'mark');
    await until('a session of the same age has ended', async () => {
      expect((await used!.get(fleet.url(0, '/me'))).status).toBe(200);
      return (await expiredOn(fleet.servers[0]!)).some((event) => event.handle === mark);
    });
    const after = (await expiredOn(fleet.servers[0]!)).slice(before);
    expect(after.map((event) => event.handle)).toEqual([mark]);
    await allTold(fleet, before + 2);
    const last = (await expiredOn(fleet.servers[1]!)).at(-1);
    expect(last).toMatchObject({ handle, userId: 'cid' });
  });
});

describe('Sessions that end while no server runs', () => {
  const count = sized(1000);
  const idle = count > 100 ? 20_000 : 10_000;
  const options = optionsWith(idle);
  const fleet = useFleet({ app: 'events', platform: 'fastify', options });
  let restarted: AppProcess | undefined;
  afterAll(() => restarted?.stop());

  it(
    'are told of by the first that is started again, each once',
    async () => {
      const begun = performance.now();
      const opened = await Promise.all(
        fleet.servers.map((server, n) => open(server, count / 2, `user-${n}`)),
      );
      const handles = opened.flat();
      await Promise.all(fleet.servers.map((server) => server.kill()));
      expect(performance.now() - begun).toBeLessThan(idle);
      expect(await fleet.keys.sessions()).toHaveLength(count);
      await until('all sessions have ended', async () => !(await fleet.keys.sessions()).length);
      const { prefix: keyPrefix } = fleet.keys;
      const redis = { nodes: clusterNodes() };
      const config = { app: 'events', platform: 'fastify', server: 'again' } as const;
      restarted = await startApp({ ...config, options: { redis, keyPrefix, ...options } });
      await until('nothing is left to tell of', async () => (await indexed(fleet)) === 0);
      const expired = await expiredOn(restarted);
      expect(expired.map(({ handle }) => handle).sort()).toEqual(handles.sort());
      expect(expired.every(({ userId }) => /^user-[01]-\d+$/.test(userId ?? ''))).toBe(true);
      expect(expired.every(({ lastSeenAt, at }) => at - lastSeenAt! >= idle - 1)).toBe(true);
    },
    SIZED_LIMIT,
  );
});

function optionsWith(idle: number): Partial<SessionModuleOptionsInput> {
  return {
    events: { cluster: true, expired: true },
    timeouts: { idle, anonymous: { idle } },
    deadline: '10s',
  };
}

async function open(server: AppProcess, count: number, name: string): Promise<string[]> {
  return (await server.ask(`open ${count} ${name}`)) as string[];
}

async function expiredOn(server: AppProcess): Promise<SessionEvent[]> {
  const heard = (await server.ask('observed')) as SessionEvent[];
  return heard.filter(({ type }) => type === 'expired');
}

/** Until every server has heard of so many ends, and nothing is left that could be told of twice. */
async function allTold(fleet: AppFleet, count: number): Promise<void> {
  for (const server of fleet.servers) {
    await until(
      `${count} ends have been told`,
      async () => (await expiredOn(server)).length >= count,
    );
  }
  await until('nothing is left to tell of', async () => (await indexed(fleet)) === 0);
}

/** Sessions in the index of ends. */
async function indexed({ keys }: AppFleet): Promise<number> {
  const counts = await Promise.all(
    range(BUCKETS).map((bucket) => keys.redis.zcard(expiryKey(keys.prefix, bucket))),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
