import { useFleet } from '../support/app-fleet.js';
import { PLATFORMS } from '../support/app-process.js';
import { Browser, SESSION_COOKIE } from '../support/browser.js';
import type { Answer } from '../support/http-client.js';
import { range } from '../support/in-flight.js';
import { RawExchange } from '../support/raw-http.js';
import { SessionAgeing } from '../support/session-ageing.js';
import { sized, SIZED_LIMIT } from '../support/test-size.js';
import { until } from '../support/until.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ROTATE = 15 * MINUTE;
const IDLE = 30 * MINUTE;
const GRACE = 10_000;
const OPTIONS = {
  timeouts: { rotate: ROTATE, idle: IDLE },
  remember: { idle: 14 * DAY, absolute: 30 * DAY },
};
const PARALLEL = 6;
const ROUNDS = sized(200);

const login = async (url: string, options: object = {}): Promise<Browser> => {
  const browser = new Browser();
  expect((await browser.post(url, options)).status).toBe(200);
  return browser;
};

const statusAndReason = (answer: Answer): [number, string | undefined] => [
  answer.status,
  answer.json<{ reason?: string }>().reason,
];

describe.each(PLATFORMS)('On %s', (platform) => {
  const fleet = useFleet({ app: 'auth', platform, options: OPTIONS });
  const age = new SessionAgeing(() => fleet.keys);
  const me = (browser: Browser, server = 0): Promise<Answer> =>
    browser.get(fleet.url(server, '/me'));

  describe('tokens that are replaced from time to time', () => {
    it(
      `are replaced by one of ${PARALLEL} parallel requests, and none is refused, ${ROUNDS} times`,
      async () => {
        const browser = await login(fleet.url(0, '/login/ann'));
        let replaced = 0;
        for (const round of range(ROUNDS)) {
          await age.secret(browser.token!, ROTATE + MINUTE);
          const before = browser.token;
          const answers = await Promise.all(
            range(PARALLEL).map((at) =>
              at % 2 === 0
                ? me(browser, at / 2)
                : browser.post(fleet.url(round + at, `/my-note/${round}-${at}`)),
            ),
          );
          expect(answers.filter(({ status }) => status >= 300)).toEqual([]);
          expect(answers.flatMap(({ setCookies }) => setCookies)).toHaveLength(1);
          expect(browser.token).not.toBe(before);
          replaced++;
        }
        console.info(`${platform}: ${ROUNDS * PARALLEL} requests, 0 x 401, ${replaced} rotations`);
        expect((await me(browser)).setCookies).toEqual([]);
      },
      SIZED_LIMIT,
    );

    it('log nobody out where the answer was lost, twice in a row, dropped or cut off', async () => {
      const browser = await login(fleet.url(0, '/login/bob'));
      for (const server of [0, 1]) {
        await age.secret(browser.token!, ROTATE + MINUTE);
        const lost = await me(browser.copy(), server);
        expect([lost.status, lost.setCookies.length]).toEqual([200, 1]);
        expect((await me(browser, server + 1)).status).toBe(200);
      }
      for (const server of [0, 1]) {
        await age.secret(browser.token!, ROTATE + MINUTE);
        const before = await age.newest(browser.token!);
        const headers = { Cookie: `${SESSION_COOKIE}=${browser.token}` };
        const cut = new RawExchange(fleet.url(server, '/me'), { headers });
        cut.answer.catch(() => undefined);
        await until('the token is replaced', async () => {
          const isReplaced = (await age.newest(browser.token!)) !== before;
          if (isReplaced) cut.abort();
          return isReplaced;
        });
        await age.secret(browser.token!, GRACE + MINUTE);
        expect((await me(browser, server + 1)).status).toBe(200);
      }
      await age.secret(browser.token!, ROTATE + MINUTE);
      const old = browser.copy();
      expect((await me(browser)).setCookies).toHaveLength(1);
      expect([(await me(browser)).status, (await me(old, 1)).status]).toEqual([200, 200]);
    });

    it('are refused 10 s after the newer one is in use, which is logged; the session goes on', async () => {
      const browser = await login(fleet.url(0, '/login/cid'));
      await age.secret(browser.token!, ROTATE + MINUTE);
      const stolen = browser.copy();
      await me(browser);
      await me(browser, 1);
      const handle = browser.token!.slice(21, 37);
      await age.untilFirstUse(browser.token!);
      expect((await me(stolen)).status).toBe(200);
      await age.secret(browser.token!, GRACE + MINUTE);
      expect(statusAndReason(await me(stolen, 1))).toEqual([401, 'rotated']);
      expect((await me(browser)).status).toBe(200);
      await until('it is logged', () => fleet.servers[1]!.output().includes(handle));
      expect(fleet.servers[1]!.output()).toMatch(
        new RegExp(`session ${handle} .*was used again.*the session goes on`),
      );
      expect(fleet.servers[1]!.output()).not.toContain(stolen.token!.slice(37));
    });

    it('are replaced by a request that is refused, not by one that needs no session', async () => {
      const browser = await login(fleet.url(0, '/login/dan'), { roles: ['customer'] });
      await age.secret(browser.token!, ROTATE + MINUTE);
      const refused = await browser.get(fleet.url(1, '/admin'));
      expect([refused.status, refused.setCookies.length]).toEqual([403, 1]);
      await age.secret(browser.token!, ROTATE + MINUTE);
      expect((await browser.get(fleet.url(0, '/users/dan/sessions'))).setCookies).toEqual([]);
      expect((await me(browser)).setCookies).toHaveLength(1);
    });

    it('never move the absolute end', async () => {
      const browser = await login(fleet.url(0, '/login/eve'));
      const { absolute } = await age.ends(browser.token!);
      for (const server of range(4)) {
        await age.secret(browser.token!, ROTATE + MINUTE);
        await age.use(browser.token!, IDLE / 2);
        expect((await me(browser, server)).setCookies).toHaveLength(1);
        const ends = await age.ends(browser.token!);
        expect(ends.absolute).toBe(absolute);
        expect(ends.key).toBeLessThanOrEqual(absolute);
      }
    });
  });

  describe('a remembered login', () => {
    it('is in a cookie that lasts as long as the session may, and no other login is', async () => {
      const ordinary = await new Browser().post(fleet.url(0, '/login/ann'));
      expect(ordinary.setCookies.join()).not.toMatch(/Max-Age|Expires/);
      const browser = new Browser();
      const begun = await browser.post(fleet.url(0, '/login/ann'), { remember: true });
      const maxAge = (answer: Answer): number =>
        Number(/; Max-Age=(\d+)$/.exec(answer.setCookies[0]!)![1]);
      const { absolute } = await age.ends(browser.token!);
      const [seconds, microseconds] = await fleet.keys.redis.nodes('master')[0]!.time();
      const left = absolute / 1000 - Number(seconds) - Number(microseconds) / 1e6;
      expect(maxAge(begun)).toBeGreaterThanOrEqual(Math.floor(left));
      expect(maxAge(begun)).toBeLessThanOrEqual(30 * 24 * 3600);
      await age.use(browser.token!, IDLE + MINUTE);
      expect(maxAge(await me(browser))).toBeLessThanOrEqual(maxAge(begun));
      expect((await age.ends(browser.token!)).absolute).toBe(absolute);
    });

    it('is told to be remembered, and given a new token, when it is used after the ordinary idle time', async () => {
      const browser = await login(fleet.url(0, '/login/bob'), {
        remember: true,
        roles: ['customer'],
      });
      const { remembered } = (await me(browser)).json();
      expect(remembered).toBe(false);
      await age.use(browser.token!, IDLE + MINUTE);
      await browser.post(fleet.url(1, '/users/bob/setRoles'), [['owner']]);
      const before = browser.copy();
      const answers = await Promise.all(range(PARALLEL).map((server) => me(browser, server)));
      expect(answers.map((answer) => answer.json())).toEqual(
        answers.map(
          () => expect.objectContaining({ remembered: true, roles: ['owner'] }) as unknown,
        ),
      );
      expect(answers.flatMap(({ setCookies }) => setCookies)).toHaveLength(1);
      expect(browser.token).not.toBe(before.token);
      expect((await me(browser, 1)).json()).toMatchObject({ remembered: true });
      const fresh = (): Promise<Answer> => browser.get(fleet.url(0, '/fresh'));
      await until(
        'the password was asked for 500 ms ago',
        async () => (await fresh()).status !== 200,
      );
      expect(statusAndReason(await fresh())).toEqual([401, 'fresh_login_required']);
      await browser.post(fleet.url(1, '/elevate'), { amr: ['pwd'] });
      expect((await me(browser)).json()).toMatchObject({ remembered: false });
    });

    it('ends for both where a replaced token is used after its grace, on every server', async () => {
      const browser = await login(fleet.url(0, '/login/cid'), { remember: true });
      const other = await login(fleet.url(0, '/login/cid'));
      await age.use(browser.token!, IDLE + MINUTE);
      const stolen = browser.copy();
      await me(browser);
      await me(browser, 1);
      await age.untilFirstUse(browser.token!);
      await age.secret(browser.token!, GRACE + MINUTE);
      expect(statusAndReason(await me(stolen))).toEqual([401, 'theft']);
      for (const server of [0, 1]) {
        expect(statusAndReason(await me(browser, server))).toEqual([401, 'theft']);
        expect(statusAndReason(await me(stolen, server))).toEqual([401, 'theft']);
      }
      expect((await me(other)).status).toBe(200);
      const handle = browser.token!.slice(21, 37);
      await until('it is logged', () => fleet.servers[0]!.output().includes(handle));
      expect(fleet.servers[0]!.output()).toMatch(
        new RegExp(`session ${handle} .*was used again.*it was ended`),
      );
    });

    it('survives an answer that was lost on its return, also twice', async () => {
      const browser = await login(fleet.url(0, '/login/dan'), { remember: true });
      for (const server of range(2)) {
        await age.use(browser.token!, IDLE + MINUTE);
        expect((await me(browser.copy(), server)).setCookies).toHaveLength(1);
        await age.secret(browser.token!, GRACE + MINUTE);
        expect((await me(browser, server + 1)).status).toBe(200);
      }
      await age.use(browser.token!, IDLE + MINUTE);
      expect((await me(browser)).setCookies).toHaveLength(1);
      expect((await me(browser, 1)).json()).toMatchObject({ id: 'dan', remembered: true });
    });
  });

  // It takes 10 s, and nothing in it depends on the platform.
  if (platform === 'express') {
    it('a replaced token has a grace of 10 s, by the clock of Redis, from the first use of the newer one', async () => {
      const browser = await login(fleet.url(0, '/login/ann'), { remember: true });
      const old = browser.copy();
      await age.use(browser.token!, IDLE + MINUTE);
      await browser.get(fleet.url(0, '/me'));
      await browser.get(fleet.url(0, '/me'));
      const key = fleet.keys.keyOf(browser.token!);
      const secrets = async (): Promise<number[]> =>
        (await fleet.keys.redis.hget(key, '@p'))?.split(' ').map(Number) ?? [];
      await until('the first use is noted', async () => (await secrets())[2]! > 0);
      const used = (await secrets())[2]!;
      const now = async (): Promise<number> => {
        const [seconds, microseconds] = await fleet.keys.redis.nodes('master')[0]!.time();
        return Number(seconds) * 1000 + Number(microseconds) / 1000;
      };
      await until('the old one is refused', async () => {
        const { status } = await old.get(fleet.url(0, '/me'));
        return status === 401;
      });
      expect(await now()).toBeGreaterThanOrEqual(used + GRACE);
    });
  }
});
