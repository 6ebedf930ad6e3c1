import { useFleet } from '../support/app-fleet.js';
import { PLATFORMS } from '../support/app-process.js';
import { Browser } from '../support/browser.js';
import { inFlight, range } from '../support/in-flight.js';
import { flipped, LoginForger } from '../support/login-forger.js';
import { sized, SIZED_LIMIT } from '../support/test-size.js';
import { until } from '../support/until.js';

describe.each(PLATFORMS)('Somebody who can write to Redis, with an app on %s', (platform) => {
  const fleet = useFleet({ app: 'auth', platform });
  let users = 0;

  async function loggedIn(user = `user-${++users}`, options: object = {}) {
    const browser = new Browser();
    const given = { roles: ['customer'], amr: ['pwd'], claims: { via: 'form' }, ...options };
    const answer = await browser.post(fleet.url(users, `/login/${user}`), given);
    expect(answer.status).toBe(200);
    await registry(user, 'setAttributes', { plan: 'pro' });
    return { browser, user, forger: new LoginForger(fleet.keys, browser) };
  }

  const registry = (user: string, call: string, ...rest: unknown[]) =>
    new Browser().post(fleet.url(users, `/users/${user}/${call}`), rest);

  const me = async (browser: Browser, server = 0) => {
    const { status, text } = await browser.copy().get(fleet.url(server, '/me'));
    const { reason, id, roles } = JSON.parse(text) as Record<string, unknown>;
    return { status, ...(status === 200 ? { id, roles } : { reason }) };
  };

  /** Lines in which a server has told of a session. */
  const reports = (server: number, handle: string): string[] =>
    fleet.servers[server]!.output()
      .split('\n')
      .filter((line) => line.includes(handle));

  /** Refused on both servers, and reported once for each request. */
  async function expectRefused(
    browser: Browser,
    { handle }: LoginForger,
    what: string,
    words: RegExp,
  ): Promise<void> {
    for (const server of [0, 1]) {
      const before = reports(server, handle).length;
      expect([what, await me(browser, server)]).toEqual([what, { status: 401, reason: 'forged' }]);
      await until(`a report of ${what}`, () => reports(server, handle).length > before);
      expect(reports(server, handle).slice(before)).toEqual([expect.stringMatching(words)]);
    }
  }

  it(
    'is not believed where one bit of what says who somebody is was changed',
    async () => {
      const { browser, user, forger } = await loggedIn();
      const { redis } = fleet.keys;
      const texts = [
        [forger.sessionKey, '@a', /The login of session/],
        [forger.recordKey, forger.entry, /The entry of session/],
        [forger.recordKey, 'r', /The roles in the record/],
        [forger.recordKey, 'x', /The attributes in the record/],
      ] as const;
      for (const [key, field, words] of texts) {
        const text = (await redis.hget(key, field))!;
        const step = text.length / sized(text.length);
        for (const at of range(sized(text.length)).map((n) => Math.floor(n * step))) {
          await redis.hset(key, field, flipped(text, at));
          await expectRefused(browser, forger, `${field} at ${at}`, words);
        }
        await redis.hset(key, field, text);
        expect(await me(browser)).toEqual({ status: 200, id: user, roles: ['customer'] });
      }
    },
    SIZED_LIMIT,
  );

  it('is not believed where a text was removed, emptied, cut or is something else', async () => {
    const { browser, user, forger } = await loggedIn();
    const { redis } = fleet.keys;
    const junk = ['', 'x', '{}', '"admin"', '\0\u{1F600}', 'A'.repeat(22), 'A'.repeat(70_000)];
    for (const [key, field] of [
      [forger.sessionKey, '@a'],
      [forger.recordKey, forger.entry],
      [forger.recordKey, 'r'],
      [forger.recordKey, 'x'],
    ] as const) {
      const text = (await redis.hget(key, field))!;
      for (const other of [...junk, text.slice(0, -1), `${text} `, text.slice(1)]) {
        await redis.hset(key, field, other);
        expect([field, other.slice(0, 30), await me(browser)]).toEqual([
          field,
          other.slice(0, 30),
          { status: 401, reason: 'forged' },
        ]);
      }
      await redis.hset(key, field, text);
    }
    await redis.hdel(forger.sessionKey, '@a');
    await expectRefused(browser, forger, 'no @a', /The login of session/);
    expect(await me(browser, 1)).not.toMatchObject({ id: user });
  });

  it('can not move a login from one session or user to another', async () => {
    const admin = await loggedIn(undefined, { roles: ['admin'] });
    const thief = await loggedIn();
    const other = await loggedIn(thief.user, { claims: { via: 'device' } });
    const [of, theirs, own] = [
      await thief.forger.copy(),
      await admin.forger.copy(),
      await other.forger.copy(),
    ];
    const { forger, browser } = thief;
    const { '@s': secret = '' } = of.session;
    const { [admin.forger.entry]: adminEntry = '' } = theirs.record;
    const { [other.forger.entry]: otherEntry = '' } = own.record;

    // The whole session of the admin under the thief's own token, and with the record beside it.
    await forger.putSession({ ...theirs.session, '@s': secret });
    await expectRefused(browser, forger, "the admin's session", /The login of session/);
    await forger.putRecord({ ...theirs.record, [forger.entry]: adminEntry });
    await expectRefused(browser, forger, "the admin's session and record", /The login of session/);

    // Part by part.
    await forger.putBack(of);
    await forger.putRecord({ ...of.record, [forger.entry]: adminEntry });
    await expectRefused(browser, forger, "the admin's entry", /The entry of session/);
    await forger.putRecord({ ...of.record, r: theirs.record['r']! });
    await expectRefused(browser, forger, "the admin's roles", /The roles in the record/);
    await forger.putRecord({ ...of.record, x: theirs.record['x']! });
    await expectRefused(browser, forger, "the admin's attributes", /The attributes in the record/);
    await forger.putRecord({ ...of.record, r: of.record['x']!, x: of.record['r']! });
    await expectRefused(browser, forger, 'roles and attributes', /The roles in the record/);

    // Between two sessions of one user.
    await forger.putRecord(of.record);
    await forger.putSession({ ...own.session, '@s': secret });
    await expectRefused(browser, forger, 'the other session', /The login of session/);
    await forger.putSession(of.session);
    await forger.putRecord({ ...of.record, [forger.entry]: otherEntry });
    await expectRefused(browser, forger, "the other session's entry", /The entry of session/);

    await forger.putBack(own);
    await forger.putSession(of.session);
    expect(await me(browser)).toEqual({ status: 200, id: thief.user, roles: ['customer'] });
  });

  it('can not bring back a session that its record says is older or over', async () => {
    const { browser, user, forger } = await loggedIn();
    const weak = browser.copy();
    const first = await forger.copy();
    await browser.post(fleet.url(1, '/elevate'), { amr: ['otp'] });
    const elevated = await forger.copy();

    await forger.putSession(first.session);
    await expectRefused(weak, forger, 'before elevate()', /is older than its user's record/);
    await forger.putSession(elevated.session);
    expect((await browser.get(fleet.url(0, '/strong'))).status).toBe(200);

    await browser.copy().post(fleet.url(0, '/logout'));
    await forger.putSession(elevated.session);
    expect(await me(browser)).toEqual({ status: 401, reason: 'logout' });
    await fleet.keys.redis.hdel(forger.recordKey, forger.entry);
    expect(await me(browser, 1)).toEqual({ status: 401, reason: 'revoked' });

    const again = await loggedIn(user);
    const before = await again.forger.copy();
    await registry(user, 'disable');
    await again.forger.putSession(before.session);
    expect(await me(again.browser)).toEqual({ status: 401, reason: 'disabled' });
    await fleet.keys.redis.hdel(forger.recordKey, 'd');
    await fleet.keys.redis.pexpire(forger.recordKey, 600_000);
    expect(await me(again.browser)).toEqual({ status: 401, reason: 'revoked' });
  });

  it('gets at most the same user with older data, by putting back session and record together', async () => {
    const { browser, user, forger } = await loggedIn();
    const copy = await forger.copy();
    await registry(user, 'setRoles', ['suspended']);
    await registry(user, 'revokeAll');
    expect(await me(browser)).toEqual({ status: 401, reason: 'revoked' });

    await forger.putBack(copy);

    expect(await me(browser)).toEqual({ status: 200, id: user, roles: ['customer'] });
  });

  it('takes rights away by removing texts, and gives none', async () => {
    const { browser, user, forger } = await loggedIn(undefined, { roles: ['admin'] });
    await fleet.keys.redis.hdel(forger.recordKey, 'r');
    expect(await me(browser)).toEqual({ status: 200, id: user, roles: [] });
    expect((await browser.get(fleet.url(1, '/admin'))).status).toBe(403);
  });

  it('makes nobody of a user, and no error, by something else in place of session or record', async () => {
    const { browser, user, forger } = await loggedIn();
    const { redis } = fleet.keys;
    const { session, record } = await forger.copy();

    await redis.set(forger.sessionKey, 'text', 'PX', 60_000);
    const left = await registry(user, 'count');
    expect([left.status, left.text]).toEqual([200, '0']);
    expect((await me(browser)).status).toBe(401);
    await forger.putBack({ session, record });
    await redis.set(forger.recordKey, 'text', 'PX', 60_000);
    expect(await me(browser)).toEqual({ status: 401, reason: 'revoked' });

    await redis.del(forger.recordKey);
  });
});

const [OLD, NEW] = [
  'm4Tq8Zr2Wc6Yx0Vb5Nn9Lk3Jh7Gf1Dd-first',
  'b7Xe3Ks9Pv5Aw1Qz8Rm2Ut6Yi0Oj4Hg-second',
];

describe('While one secret takes the place of another', () => {
  const fleet = useFleet({
    app: 'auth',
    platform: 'express',
    options: (server) => ({
      secret: server % 2 === 0 ? [OLD, NEW] : [NEW, OLD],
      maxSessionsPerUser: 3,
    }),
  });

  it(
    'nobody is logged out, whichever server sealed the session',
    async () => {
      const browsers = range(20).map(() => new Browser());
      await inFlight(8, browsers, (browser, at) =>
        browser.post(fleet.url(at, `/login/visitor-${at}`), { roles: ['customer'] }),
      );
      const ways = ['/me', '/my-note/tea', '/elevate', '/me'] as const;
      const refused: unknown[] = [];
      await inFlight(8, browsers, async (browser, at) => {
        for (const n of range(sized(200))) {
          const path = ways[n % ways.length]!;
          const url = fleet.url(at + n, path);
          const answer =
            path === '/me' ? await browser.get(url) : await browser.post(url, { amr: ['otp'] });
          if (answer.status >= 400) refused.push([path, answer.status, answer.text]);
        }
      });
      expect(refused).toEqual([]);
    },
    SIZED_LIMIT,
  );

  it.each([0, 1])(
    'what server %i changes of a user reaches sessions that either sealed',
    async (server) => {
      const user = `user-of-${server}`;
      const call = (name: string, ...rest: unknown[]) =>
        new Browser().post(fleet.url(server, `/users/${user}/${name}`), rest);
      const login = async (at: number) => {
        const browser = new Browser();
        const answer = await browser.post(fleet.url(at, `/login/${user}`), { roles: ['customer'] });
        expect(answer.status).toBe(200);
        return browser;
      };
      const seen = (browsers: readonly Browser[]) =>
        Promise.all(
          browsers.map(async (browser, at) => {
            const answer = await browser.get(fleet.url(at + 1, '/me'));
            const { roles, reason } = answer.json<{ roles?: string[]; reason?: string }>();
            return roles?.join() ?? reason;
          }),
        );

      const three = [await login(0), await login(1), await login(0)];
      await call('setRoles', ['owner']);
      expect(await seen(three)).toEqual(['owner', 'owner', 'owner']);
      const fourth = await login(server);
      expect(await seen([...three, fourth])).toEqual([
        'evicted',
        'customer',
        'customer',
        'customer',
      ]);
      await call('revokeAll');
      expect(await seen([three[1]!, three[2]!, fourth])).toEqual(Array(3).fill('revoked'));
      const two = [await login(0), await login(1)];
      await call('disable');
      expect(await seen(two)).toEqual(['disabled', 'disabled']);
    },
  );
});
