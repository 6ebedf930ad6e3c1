import { randomUUID } from 'node:crypto';
import { PLATFORMS } from '../support/app-process.js';
import { useFleet } from '../support/app-fleet.js';
import { Browser, SESSION_COOKIE } from '../support/browser.js';
import type { Answer } from '../support/http-client.js';
import { SessionAgeing } from '../support/session-ageing.js';
import { until } from '../support/until.js';

describe.each(PLATFORMS)('A field that is written without being read, on %s', (platform) => {
  const fleet = useFleet({ app: 'writers', platform });
  const ageing = new SessionAgeing(() => fleet.keys);

  const visitor = async (): Promise<Browser> => {
    const browser = new Browser();
    await browser.post(fleet.url(0, '/fill'));
    return browser;
  };

  const member = async (): Promise<{ user: string; browser: Browser }> => {
    const user = randomUUID();
    const browser = await visitor();
    await browser.post(fleet.url(0, `/login/${user}`));
    return { user, browser };
  };

  const set = (browser: Browser, value: unknown, path = '/set'): Promise<Answer> =>
    browser.post(fleet.url(1, path), { value });

  const shown = async (browser: Browser): Promise<Record<string, unknown>> =>
    (await browser.get(fleet.url(0, '/'))).json();

  const isEnded = (answer: Answer, reason: string): void => {
    expect(answer.status).toBe(409);
    expect(answer.json()).toMatchObject({ code: 'SESSION_ENDED' });
    expect(answer.json<{ message: string }>().message).toContain(`(${reason})`);
    expect(answer.setCookies).toEqual([]);
  };

  it.each([
    ['that returns', '/set', 201],
    ['that throws', '/throw', 409],
    ['that answers by itself', '/own-answer', 201],
  ])('is saved before the answer of a handler %s is seen', async (_, path, status) => {
    const browser = await visitor();

    const answer = await set(browser, 'GBP', path);

    expect(answer.status).toBe(status);
    expect(await fleet.keys.fieldsOf(browser.token!)).toEqual({
      currency: 'GBP',
      cart: '["milk"]',
      visits: '1',
    });
    expect(answer.setCookies).toEqual([]);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('begins the session of a newcomer, with a cookie', async () => {
    const browser = new Browser();

    const answer = await set(browser, 'GBP');

    expect(answer.setCookies).toHaveLength(1);
    expect(await fleet.keys.fieldsOf(browser.token!)).toEqual({ currency: 'GBP' });
  });

  it('begins none where there is nothing to set', async () => {
    const browser = new Browser();

    const answers = [
      await browser.post(fleet.url(0, '/unused')),
      await browser.post(fleet.url(0, '/delete')),
    ];

    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(answers.flatMap(({ setCookies }) => setCookies)).toEqual([]);
  });

  it('is removed by delete(), and reads as its default again', async () => {
    const browser = await visitor();

    await browser.post(fleet.url(1, '/delete'));

    expect(await fleet.keys.fieldsOf(browser.token!)).not.toHaveProperty('currency');
    expect(await shown(browser)).toMatchObject({ currency: 'EUR', cart: ['milk'] });
  });

  it('is stored also where it is set to its default', async () => {
    const browser = await visitor();

    await set(browser, 'EUR');

    expect(await shown(browser)).toMatchObject({ currency: 'EUR', cart: ['milk'] });
  });

  it('leaves alone what a parallel request changed in other fields, and wins over what it wrote to the same', async () => {
    const browser = await visitor();
    const name = randomUUID();
    const writing = browser.copy().post(fleet.url(1, `/held/${name}`));
    await until('the write is held', async () => {
      const answer = await new Browser().get(fleet.url(1, `/is-held/${name}`));
      return answer.json<{ held: boolean }>().held;
    });
    await browser.post(fleet.url(0, '/beside'));
    await new Browser().post(fleet.url(1, `/release/${name}`));

    expect((await writing).status).toBe(201);
    expect(await shown(browser)).toMatchObject({ currency: name, cart: ['milk', 'tea'] });
  });

  it('is written beside fields that the handler reads', async () => {
    const browser = await visitor();

    await browser.post(fleet.url(1, '/beside'));

    expect(await shown(browser)).toMatchObject({ currency: 'GBP', cart: ['milk', 'tea'] });
  });

  it('is seen, with all the rest, where the handler opens the session after all', async () => {
    const browser = await visitor();

    const answer = await browser.post(fleet.url(1, '/opened-after'));

    const now = { currency: 'GBP', cart: ['milk'], visits: 2 };
    expect(answer.json()).toMatchObject(now);
    expect(await shown(browser)).toMatchObject(now);
  });

  it.each(['guard', 'middleware'])('is written where a %s opens the session', async (who) => {
    const browser = await visitor();

    await browser.post(fleet.url(1, `/opened-by-${who}`));

    expect(await shown(browser)).toMatchObject({ currency: 'GBP', cart: ['milk'], visits: 2 });
  });

  it('is written where middleware opens the session and does not wait for it', async () => {
    const browser = await visitor();

    await browser.post(fleet.url(1, '/opened-by-hasty-middleware'));

    expect(await shown(browser)).toMatchObject({ currency: 'GBP', cart: ['milk'] });
  });

  it('gives no session to look at: nobody has read it', async () => {
    const browser = await visitor();

    for (const who of [browser, new Browser()]) {
      const answer = await who.post(fleet.url(1, '/looked-at'));
      expect(answer.json()).toEqual({ code: 'SESSION_CLOSED' });
    }
  });

  it.each([7, ['EUR'], { code: 'EUR' }])(
    'is refused where the schema has another type: %j',
    async (value) => {
      const browser = await visitor();

      const answer = await set(browser, value);

      expect(answer.status).toBe(500);
      expect(answer.text).not.toContain('as if all were well');
      expect(await shown(browser)).toMatchObject({ currency: 'USD' });
    },
  );

  it('can not be set once the head of the response has left', async () => {
    const browser = await visitor();

    const answer = await browser.post(fleet.url(1, '/late'));

    expect(answer.text).toBe('begun SESSION_CLOSED');
    expect(await shown(browser)).toMatchObject({ currency: 'USD' });
  });

  it('is written to the session of somebody who is logged in', async () => {
    const { user, browser } = await member();

    expect((await set(browser, 'GBP')).status).toBe(201);
    expect((await set(browser, 'CHF', '/member')).status).toBe(201);

    expect(await shown(browser)).toMatchObject({ user, currency: 'CHF', cart: ['milk'] });
  });

  it('begins a new session in place of one that has expired', async () => {
    const browser = await visitor();
    const old = browser.token!;
    await fleet.keys.redis.del(fleet.keys.keyOf(old));

    const answer = await set(browser, 'GBP');

    expect(answer.status).toBe(201);
    expect(browser.token!.slice(21, 37)).not.toBe(old.slice(21, 37));
    expect(await fleet.keys.redis.exists(fleet.keys.keyOf(old))).toBe(0);
    expect(await fleet.keys.fieldsOf(browser.token!)).toEqual({ currency: 'GBP' });
  });

  it('begins a new session in place of a key that holds none, which is given an end', async () => {
    const browser = await visitor();
    const key = fleet.keys.keyOf(browser.token!);
    await fleet.keys.redis.del(key);
    await fleet.keys.redis.hset(key, 'currency', 'foreign');

    await set(browser, 'GBP');

    await until('the key has an end', async () => (await fleet.keys.redis.pttl(key)) > 0);
    expect(await fleet.keys.redis.hgetall(key)).toEqual({ currency: 'foreign' });
    await fleet.keys.redis.del(key);
    expect(await fleet.keys.fieldsOf(browser.token!)).toEqual({ currency: 'GBP' });
  });

  describe('of a session that was ended', () => {
    it.each([
      ['a visitor destroyed it', 'destroy', 'destroyed'],
      ['its token was replaced', 'rotate', 'rotated'],
    ])('is refused where %s', async (_, method, reason) => {
      const browser = await visitor();
      const old = browser.copy();
      await browser.post(fleet.url(0, `/call/${method}`));
      const before = await fleet.keys.redis.hgetall(fleet.keys.keyOf(old.token!));

      isEnded(await set(old, 'GBP'), reason);

      expect(await fleet.keys.redis.hgetall(fleet.keys.keyOf(old.token!))).toEqual(before);
    });

    it('is refused where a login took its place, and stores nothing in either', async () => {
      const browser = await visitor();
      const old = browser.copy();
      await browser.post(fleet.url(0, `/login/${randomUUID()}`));

      isEnded(await set(old, 'GBP'), 'login');

      expect(await shown(browser)).toMatchObject({ currency: 'USD' });
    });

    it('is refused where its user logged out', async () => {
      const { browser } = await member();
      const old = browser.copy();
      await browser.post(fleet.url(0, '/call/logout'));

      isEnded(await set(old, 'GBP'), 'logout');
      expect((await set(old, 'GBP', '/member')).status).toBe(401);
    });

    it('is refused where it was revoked, also while its key is still there', async () => {
      const { user, browser } = await member();
      const key = fleet.keys.keyOf(browser.token!);
      const stored = await fleet.keys.redis.dumpBuffer(key);
      await new Browser().post(fleet.url(0, `/revoke-all/${user}`));

      isEnded(await set(browser, 'GBP'), 'revoked');
      await fleet.keys.redis.call('RESTORE', key, 60_000, stored);
      isEnded(await set(browser, 'GBP'), 'revoked');
      expect((await set(browser, 'GBP', '/member')).status).toBe(401);
    });
  });

  it('is refused where another site has started the request', async () => {
    const browser = await visitor();

    const answer = await browser.post(
      fleet.url(1, '/set'),
      { value: 'GBP' },
      { 'sec-fetch-site': 'cross-site' },
    );

    expect([answer.status, answer.json()]).toMatchObject([403, { code: 'SESSION_CSRF' }]);
    expect(await shown(browser)).toMatchObject({ currency: 'USD' });
  });

  it('is refused where the request brings several tokens', async () => {
    const [mine, planted] = [await visitor(), await visitor()];
    const cookie = [mine, planted].map(({ token }) => `${SESSION_COOKIE}=${token}`).join('; ');

    isEnded(await mine.post(fleet.url(1, '/set'), { value: 'GBP' }, { cookie }), 'ambiguous');

    expect(await shown(mine)).toMatchObject({ currency: 'USD' });
    expect(await shown(planted)).toMatchObject({ currency: 'USD' });
  });

  it('moves the idle end on, as every use does', async () => {
    const browser = await visitor();
    const touchedAt = async (): Promise<number> =>
      Number(await fleet.keys.redis.hget(fleet.keys.keyOf(browser.token!), '@t'));
    await ageing.use(browser.token!, 600_000);
    const before = await touchedAt();

    await set(browser, 'GBP');

    expect(await touchedAt()).toBeGreaterThan(before);
  });
});

describe('A field that is written where the session must be read first', () => {
  const servers = ['plain', 'whole', 'migrated'];
  const fleet = useFleet({
    app: 'writers',
    platform: PLATFORMS,
    servers: servers.length,
    env: (server) => ({ SCHEMA: servers[server]! }),
  });

  const visitor = async (): Promise<Browser> => {
    const browser = new Browser();
    await browser.post(fleet.url(0, '/fill'));
    return browser;
  };

  it('is judged together with the fields that a rule of the schema looks at', async () => {
    const browser = await visitor();

    const answer = await browser.post(fleet.url(servers.indexOf('whole'), '/set'), {
      value: 'CHF',
    });

    expect(answer.status).toBe(500);
    expect(await fleet.keys.fieldsOf(browser.token!)).toMatchObject({ currency: 'USD' });
  });

  it('is stored in data that were brought up to the newest version before', async () => {
    const browser = await visitor();

    await browser.post(fleet.url(servers.indexOf('migrated'), '/set'), { value: 'GBP' });

    expect(await fleet.keys.fieldsOf(browser.token!)).toEqual({
      currency: 'GBP',
      cart: '["milk"]',
      visits: '100',
    });
  });
});
