import { randomUUID } from 'node:crypto';
import { PLATFORMS } from '../support/app-process.js';
import { useFleet } from '../support/app-fleet.js';
import { Browser } from '../support/browser.js';
import type { Answer } from '../support/http-client.js';
import { inFlight, range } from '../support/in-flight.js';
import { SeededRandom } from '../support/seeded-random.js';
import { SIZED_LIMIT, sized } from '../support/test-size.js';
import { until } from '../support/until.js';

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const RACES = sized(500);
const LONGEST_THOUGHT_MS = 5;
const WAYS = ['assign', 'push', 'remove', 'increment', 'update', 'save', 'rotate', 'once'];
const SLOW_PATHS = [...WAYS.map((way) => `/slow/${way}`), '/slow-field'];

describe.each(PLATFORMS)('a session that was destroyed on another %s server', (platform) => {
  const fleet = useFleet({ app: 'races', platform });

  const visitor = async (): Promise<Browser> => {
    const browser = new Browser();
    await browser.post(fleet.url(0, '/start'));
    return browser;
  };

  /** A write on the first server that has read the session before, and writes after, what happens on the second. */
  const overtaken = async (
    writer: Browser,
    way: string,
    meanwhile: () => Promise<Answer>,
  ): Promise<Answer> => {
    const name = randomUUID();
    const writing = writer.post(fleet.url(0, `/held/${way}/${name}`));
    await until('the write is held', async () => {
      const answer = await new Browser().get(fleet.url(0, `/is-held/${name}`));
      return answer.json<{ held: boolean }>().held;
    });
    expect((await meanwhile()).status).toBe(201);
    await new Browser().post(fleet.url(0, `/release/${name}`));
    return writing;
  };

  it(
    `stays dead in each of ${RACES} races of a slow write against its end`,
    async () => {
      const random = new SeededRandom(SEED);
      const thought = (): number => random.next(LONGEST_THOUGHT_MS);

      const races = await inFlight(8, range(RACES), async (at) => {
        const browser = await visitor();
        const old = browser.copy();
        const path = SLOW_PATHS[at % SLOW_PATHS.length]!;
        const [written, ended] = await Promise.all([
          browser.copy().post(fleet.url(at, `${path}/${thought()}`)),
          browser.post(fleet.url(at + 1, `/destroy/${thought()}`)),
        ]);
        const afterwards = await Promise.all(
          range(2).map((server) => old.get(fleet.url(server, '/'))),
        );
        return { path, written, ended, key: fleet.keys.keyOf(old.token!), afterwards };
      });

      const late = races.filter(({ written }) => written.status === 409);
      console.info(`${platform}: ${late.length} of ${RACES} slow writes came after the end`);
      for (const { path, written, ended, afterwards } of races) {
        const rotatedFirst = path.includes('rotate') && written.status === 201;
        expect([201, 409]).toContain(written.status);
        if (!rotatedFirst) {
          expect(ended.status).toBe(201);
          expect(written.setCookies).toEqual([]);
        }
        expect(afterwards.map(({ text }) => text)).toEqual(['{}', '{}']);
      }
      const keys = new Map((await fleet.keys.all()).map((stored) => [stored.key, stored]));
      const revived = races.filter(({ path, written, ended, key }) => {
        const rotatedFirst =
          path.includes('rotate') && written.status === 201 && ended.status === 409;
        return !rotatedFirst && keys.get(key) && !('@x' in keys.get(key)!.fields);
      });
      expect({ seed: SEED, revived }).toEqual({ seed: SEED, revived: [] });
      await fleet.keys.expectSoundKeys();
    },
    SIZED_LIMIT,
  );

  it.each(WAYS)(
    'refuses a write that was begun before its end and comes after it: %s',
    async (way) => {
      const browser = await visitor();
      const old = browser.copy();
      const key = fleet.keys.keyOf(browser.token!);

      const late = await overtaken(old, way, () => browser.post(fleet.url(1, '/destroy/0')));

      expect(browser.token).toBeUndefined();
      expect(late.status).toBe(409);
      expect(late.json()).toMatchObject({ statusCode: 409, code: 'SESSION_ENDED' });
      expect(late.setCookies).toEqual([]);
      expect(Object.keys(await fleet.keys.redis.hgetall(key)).sort()).toEqual(['@v', '@x']);
      const ttl = await fleet.keys.redis.pttl(key);
      expect(ttl).toBeGreaterThan(0);
      expect(ttl).toBeLessThanOrEqual(60_000);
      expect((await old.get(fleet.url(1, '/'))).text).toBe('{}');
    },
  );

  it.each(WAYS)(
    'refuses a write that was begun before its token was replaced and comes after it: %s',
    async (way) => {
      const browser = await visitor();
      const old = browser.copy();
      const before = await fleet.keys.fieldsOf(browser.token!);

      const late = await overtaken(old, way, () => browser.post(fleet.url(1, '/slow/rotate/0')));

      expect(late.status).toBe(409);
      expect(late.json()).toMatchObject({ statusCode: 409, code: 'SESSION_ENDED' });
      expect(late.setCookies).toEqual([]);
      expect(await fleet.keys.fieldsOf(browser.token!)).toEqual(before);
    },
  );

  it('answers a later write with its old cookie by 409, and gives no new cookie in its place', async () => {
    const browser = await visitor();
    const old = browser.copy();
    await browser.post(fleet.url(0, '/destroy/0'));

    const answers = await Promise.all(
      SLOW_PATHS.map((path, at) => old.post(fleet.url(at, `${path}/0`))),
    );

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 409));
    expect(answers.flatMap(({ setCookies }) => setCookies)).toEqual([]);
  });

  it('is not reported as ended by a request whose token was replaced, while it lives on under the new one', async () => {
    const browser = await visitor();
    const old = browser.copy();
    await browser.post(fleet.url(0, '/slow/rotate/0'));

    const answer = await old.post(fleet.url(1, '/destroy/0'));

    expect(answer.status).toBe(409);
    expect(answer.json()).toMatchObject({ code: 'SESSION_ENDED' });
    expect(answer.setCookies).toEqual([]);
    expect((await browser.get(fleet.url(1, '/'))).json()).toMatchObject({ note: 'first' });
  });

  it('is ended by two parallel requests without an error for either', async () => {
    const browser = await visitor();

    const answers = await Promise.all(
      range(2).map((server) => browser.copy().post(fleet.url(server, '/destroy/5'))),
    );

    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  });

  it('is no session again when another program writes to its key: anonymous, and the key soon ends', async () => {
    const browser = await visitor();
    const { redis } = fleet.keys;
    const key = fleet.keys.keyOf(browser.token!);
    await redis.unlink(key);
    await redis.hset(key, { note: 'from elsewhere' });

    const answer = await browser.get(fleet.url(0, '/'));

    expect(answer.text).toBe('{}');
    const ttl = await redis.pttl(key);
    await redis.unlink(key);
    expect(ttl).toBeGreaterThan(0);
    expect(ttl).toBeLessThanOrEqual(60_000);
  });
});
