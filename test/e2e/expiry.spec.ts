import { PLATFORMS } from '../support/app-process.js';
import { useFleet } from '../support/app-fleet.js';
import { Browser } from '../support/browser.js';
import { until } from '../support/until.js';

const DAY_MS = 86_400_000;
const IDLE_MS = 1500;
const ABSOLUTE_MS = 4000;

describe.each(PLATFORMS)('the end of a session on %s', (platform) => {
  describe('by short times', () => {
    const fleet = useFleet({
      app: 'shop',
      platform,
      options: { timeouts: { anonymous: { idle: IDLE_MS, absolute: ABSOLUTE_MS } } },
    });
    const url = (server: number, path: string): string => fleet.url(server, path);

    const visitor = async (): Promise<Browser> => {
      const browser = new Browser();
      await browser.post(url(0, '/name/alice'));
      return browser;
    };
    const isKnown = async (browser: Browser, server: number): Promise<boolean> =>
      (await browser.get(url(server, '/'))).text.includes('alice');
    const timesOf = async (browser: Browser): Promise<number[]> =>
      (await fleet.keys.redis.hget(fleet.keys.keyOf(browser.token!), '@m'))!.split(' ').map(Number);
    /** Time of the master that owns the session, ms since 1970. */
    const redisTime = async (browser: Browser): Promise<number> => {
      const script = "local t = redis.call('TIME') return t[1] * 1000 + math.floor(t[2] / 1000)";
      return (await fleet.keys.redis.eval(script, 1, fleet.keys.keyOf(browser.token!))) as number;
    };

    it('comes when nobody has asked for it for the idle time; its cookie is then anonymous, and a write begins another', async () => {
      const browser = await visitor();
      const old = browser.copy();
      const key = fleet.keys.keyOf(browser.token!);

      await until('the key has gone', async () => (await fleet.keys.redis.exists(key)) === 0);
      const read = await old.get(url(0, '/'));
      const write = await old.copy().post(url(1, '/cart'), { sku: 'book', quantity: 1 });

      expect(read.json()).toEqual({ server: 'server-1', session: {} });
      expect(read.setCookies).toEqual([]);
      expect(write.status).toBe(201);
      expect(write.setCookies).toHaveLength(1);
      expect(write.setCookies[0]).not.toContain(old.token!.slice(21, 37));
      expect(await fleet.keys.redis.exists(key)).toBe(0);
    });

    it('is put off by reads and writes, and comes at its absolute time all the same', async () => {
      const browser = await visitor();
      const key = fleet.keys.keyOf(browser.token!);
      const [createdAt, absoluteEnd] = (await timesOf(browser)) as [number, number];
      let lastSeen = 0;
      const keyEnds: number[] = [];

      await until('the session has ended', async () => {
        const asked = await redisTime(browser);
        await browser.copy().post(url(keyEnds.length, `/history/${keyEnds.length}`));
        if (!(await isKnown(browser, keyEnds.length))) return true;
        lastSeen = asked;
        keyEnds.push(Number(await fleet.keys.redis.pexpiretime(key)));
        return false;
      });

      expect(absoluteEnd).toBe(createdAt + ABSOLUTE_MS);
      expect(await redisTime(browser)).toBeGreaterThanOrEqual(absoluteEnd);
      expect(lastSeen).toBeGreaterThan(createdAt + IDLE_MS);
      expect(lastSeen).toBeLessThan(absoluteEnd);
      expect(Math.max(...keyEnds)).toBeLessThanOrEqual(absoluteEnd);
      expect(await fleet.keys.redis.exists(key)).toBe(0);
    });

    it('is put off at most ten times in an idle time', async () => {
      const browser = await visitor();
      const key = fleet.keys.keyOf(browser.token!);
      const [createdAt] = (await timesOf(browser)) as [number];
      const touches = new Set<number>();

      await until('the session has been used for two idle times', async () => {
        await isKnown(browser, touches.size);
        touches.add(Number(await fleet.keys.redis.hget(key, '@t')));
        return (await redisTime(browser)) > createdAt + 2 * IDLE_MS;
      });

      const gaps = [...touches].map((at, index, all) => at - (all[index - 1] ?? -Infinity));
      expect(touches.size).toBeGreaterThan(2);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(IDLE_MS / 10);
    });

    it('is kept by the absolute time even where somebody has prolonged its key by hand', async () => {
      const browser = await visitor();
      const key = fleet.keys.keyOf(browser.token!);
      const [createdAt, , idle] = await timesOf(browser);
      const over = (await redisTime(browser)) - 1000;
      await fleet.keys.redis.hset(key, '@m', `${createdAt} ${over} ${idle}`);
      await fleet.keys.redis.pexpire(key, 60_000);

      expect(await isKnown(browser, 0)).toBe(false);
      const write = await browser.copy().post(url(1, '/name/bob'));
      expect(write.setCookies).toHaveLength(1);
      expect(await fleet.keys.redis.hget(key, 'name')).toBe('alice');
    });
  });

  describe.each([
    ['a day ahead', DAY_MS],
    ['a day behind', -DAY_MS],
  ])('on servers of which one has a clock %s', (_, offset) => {
    const fleet = useFleet({
      app: 'clock',
      platform,
      env: (server) => ({ CLOCK_OFFSET_MS: server === 0 ? String(offset) : '0' }),
    });

    it('is the same on both: only the clock of Redis counts', async () => {
      const browser = new Browser();
      await browser.post(fleet.url(0, '/name/alice'));
      const answers = [];
      for (const server of [0, 1, 0, 1]) answers.push(await browser.get(fleet.url(server, '/')));

      const seen = answers.map((answer) =>
        answer.json<{ session: object; now: number; expiresAt: string }>(),
      );
      expect(seen.map(({ session }) => session)).toEqual(seen.map(() => ({ name: 'alice' })));
      expect(Math.abs(seen[0]!.now - seen[1]!.now)).toBeGreaterThan(DAY_MS / 2);
      expect(new Set(seen.map(({ expiresAt }) => expiresAt)).size).toBe(1);
      const left = await fleet.keys.redis.pttl(fleet.keys.keyOf(browser.token!));
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(30 * 60_000);
    });
  });
});
