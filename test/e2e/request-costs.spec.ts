import { TOUCH_SCRIPT } from '../../lib/redis/scripts/touch.script.js';
import { startRedisCluster, type RedisTestCluster } from '../../lib/testing/index.js';
import { PLATFORMS } from '../support/app-process.js';
import { useFleet } from '../support/app-fleet.js';
import { Browser, SESSION_COOKIE } from '../support/browser.js';
import { CommandStats, type CommandCounts } from '../support/command-stats.js';
import { send } from '../support/http-client.js';
import { inFlight, range } from '../support/in-flight.js';
import { SIZED_LIMIT, sized } from '../support/test-size.js';
import { until } from '../support/until.js';

const REQUESTS = 20;
const IDLE_MS = 1_800_000;

/** A cluster of its own: INFO counts what anybody asks of a node. */
let cluster: RedisTestCluster;

beforeAll(async () => {
  cluster = await startRedisCluster();
});

afterAll(async () => {
  await cluster.close();
});

describe.each(PLATFORMS)('what a request on %s costs Redis', (platform) => {
  let stats: CommandStats;
  const fleet = useFleet({
    app: 'costs',
    platform,
    servers: 1,
    nodes: () => cluster.addresses,
    options: { limits: { session: '1MiB', field: '64KiB' } },
  });
  const url = (path: string): string => fleet.url(0, path);

  const visitor = async (): Promise<Browser> => {
    const browser = new Browser();
    await browser.post(url('/change/1'), { value: 'first' });
    return browser;
  };

  const repeated = async (work: () => Promise<{ status: number }>): Promise<CommandCounts> =>
    stats.during(async () => {
      for (let at = 0; at < REQUESTS; at++) expect([200, 201]).toContain((await work()).status);
    });

  beforeAll(async () => {
    stats = new CommandStats(cluster);
    // Every node must know the scripts, or the first call of each would be sent twice.
    await inFlight(8, range(60), async () => {
      const browser = await visitor();
      await browser.post(url('/change/2'), { value: 'second' });
    });
    const masters = cluster.nodes.filter(({ role }) => role === 'master');
    const load = ['SCRIPT', 'LOAD', TOUCH_SCRIPT] as const;
    await Promise.all(masters.map((master) => cluster.command(master, ...load)));
  });

  it('is nothing where the handler declares no session', async () => {
    const browser = await visitor();

    expect(await repeated(() => browser.get(url('/plain')))).toEqual({});
  });

  it('is one read where the handler declares the session and changes nothing', async () => {
    const browser = await visitor();

    expect(await repeated(() => browser.get(url('/whole')))).toEqual({ hgetall: REQUESTS });
    expect(await repeated(() => browser.post(url('/untouched')))).toEqual({ hgetall: REQUESTS });
    expect(await repeated(() => browser.get(url('/field')))).toEqual({ hmget: REQUESTS });
  });

  it('is one read where the handler assigns what was there already', async () => {
    const browser = await visitor();

    expect(await repeated(() => browser.post(url('/same')))).toEqual({ hgetall: REQUESTS });
  });

  it('is one script however many fields change', async () => {
    const browser = await visitor();
    const costs: CommandCounts[] = [];

    for (const count of [1, 5, 50]) {
      await browser.post(url(`/change/${count}`), { value: 'before' });
      costs.push(
        await stats.during(() => browser.post(url(`/change/${count}`), { value: 'after' })),
      );
    }

    expect(costs[0]).toMatchObject({ hgetall: 1, evalsha: 1, hset: 1 });
    expect(costs).toEqual(costs.map(() => costs[0]));
    expect(await fleet.keys.fieldsOf(browser.token!)).toEqual(
      Object.fromEntries(range(50).map((at) => [`field-${at}`, 'after'])),
    );
  });

  it('is one script to store a new session', async () => {
    const cost = await stats.during(visitor);

    expect(cost).toMatchObject({ evalsha: 1, hset: 1 });
    expect(cost['hgetall'] ?? cost['hmget']).toBeUndefined();
  });

  it('is a write that moves the idle end once a tenth of the idle time has passed, and then no more', async () => {
    const browser = await visitor();
    const key = fleet.keys.keyOf(browser.token!);
    const { redis } = fleet.keys;
    const touchedAt = async (): Promise<number> => Number(await redis.hget(key, '@t'));
    const age = async (milliseconds: number): Promise<void> => {
      await redis.hset(key, '@t', String((await touchedAt()) - milliseconds));
      await redis.pexpire(key, IDLE_MS - milliseconds);
    };

    await age(IDLE_MS / 10 - 20_000);
    expect(await repeated(() => browser.get(url('/whole')))).toEqual({ hgetall: REQUESTS });

    await age(30_000);
    const before = await touchedAt();
    const cost = await stats.during(async () => {
      await browser.get(url('/whole'));
      await until('the touch is made', async () => (await touchedAt()) > before);
    });
    expect(cost).toMatchObject({ evalsha: 1, hset: 1 });
    expect(await redis.pttl(key)).toBeGreaterThan(IDLE_MS - 30_000);
    expect(await repeated(() => browser.get(url('/whole')))).toEqual({ hgetall: REQUESTS });
  });

  it.each([
    ['spaced as Python spaces it', '{"a": 1, "list": [1, 2]}', { a: 1, list: [1, 2] }],
    ['with its keys in another order and a float', '{"b": 1.0, "a": 1e3}', { b: 1, a: 1000 }],
    ['with escapes', '"caf\\u00e9"', 'café'],
  ])('is no write for a read of what another language wrote: %s', async (_, text, value) => {
    const browser = await visitor();
    const key = fleet.keys.keyOf(browser.token!);
    await fleet.keys.redis.hset(key, 'data', text);

    const whole = await repeated(() => browser.get(url('/whole')));
    const field = await repeated(() => browser.get(url('/field')));
    const answer = await browser.get(url('/field'));

    expect(whole).toEqual({ hgetall: REQUESTS });
    expect(field).toEqual({ hmget: REQUESTS });
    expect(answer.json()).toEqual({ data: value });
    expect(await fleet.keys.redis.hget(key, 'data')).toBe(text);
  });

  it.each([
    ['reads the session', '/whole', 'GET'],
    ['declares no session', '/plain', 'GET'],
    ['logs nobody out', '/logout', 'POST'],
  ])(
    `is no key and no command for ${sized(10_000)} requests without a cookie or with junk: %s`,
    async (_, path, method) => {
      const keys = (await fleet.keys.names()).length;
      const junk = ['', 'x', 'null', 'A'.repeat(96), `A${'_'.repeat(95)}`, '{}*'.repeat(32)];

      const cost = await stats.during(() =>
        inFlight(32, range(sized(10_000)), async (at) => {
          const cookie = `${SESSION_COOKIE}=${junk[at % junk.length]}`;
          const answer = await send(url(path), { method, headers: at % 2 === 0 ? {} : { cookie } });
          expect(answer.setCookies).toEqual([]);
        }),
      );

      expect(cost).toEqual({});
      expect((await fleet.keys.names()).length).toBe(keys);
    },
    SIZED_LIMIT,
  );

  it.each(['/small', '/small-of-whole'])(
    'is less than 1 kB sent to Redis to change one small field of a 200 kB session: POST %s',
    async (path) => {
      const browser = new Browser();
      await browser.post(url('/large'));
      await browser.post(url(path), { value: 'warm' });
      const key = fleet.keys.keyOf(browser.token!);

      const before = await stats.bytesIn(key);
      for (const at of range(REQUESTS)) await browser.post(url(path), { value: `value-${at}` });
      const bytes = ((await stats.bytesIn(key)) - before) / REQUESTS;

      console.info(`${platform} ${path}: ${Math.round(bytes)} bytes to Redis for each request`);
      expect(await fleet.keys.redis.hget(key, '@z')).toMatch(/^20\d{4}$/);
      expect(await fleet.keys.redis.hget(key, 'small')).toBe(`value-${REQUESTS - 1}`);
      expect(bytes).toBeLessThan(1000);
    },
  );
});
