import { TokenSigner } from '../../lib/core/session-token.js';
import { TEST_SECRET } from '../apps/app-config.js';
import { PLATFORMS } from '../support/app-process.js';
import { useFleet } from '../support/app-fleet.js';
import { Browser, SESSION_COOKIE } from '../support/browser.js';
import { send, type Answer } from '../support/http-client.js';
import { inFlight, range } from '../support/in-flight.js';
import { rawRequest } from '../support/raw-http.js';
import { SIZED_LIMIT, sized } from '../support/test-size.js';

const TOKEN_LENGTH = 96;
const COOKIE_LINE = /^__Host-sid=A[A-Za-z0-9_-]{95}; Path=\/; HttpOnly; Secure; SameSite=Lax$/;

describe.each(PLATFORMS)('the token on %s', (platform) => {
  const fleet = useFleet({ app: 'tokens', platform });
  const url = (path: string, server = 0): string => fleet.url(server, path);

  const visitor = async (name: string): Promise<Browser> => {
    const browser = new Browser();
    await browser.post(url(`/name/${name}`));
    return browser;
  };

  const nameOf = async (token: string, server = 0): Promise<string | undefined> =>
    (await new Browser({ [SESSION_COOKIE]: token }).get(url('/', server))).json<{ name?: string }>()
      .name;

  /** What the session of the token is not touched by. */
  const expectNotUsed = async (answer: Answer, victim: Browser): Promise<void> => {
    expect([200, 201, 400, 409, 431]).toContain(answer.status);
    expect(answer.text).not.toContain('victim');
    expect(await fleet.keys.fieldsOf(victim.token!)).toEqual({ name: 'victim' });
  };

  describe('as it is given out', () => {
    it('comes in exactly this Set-Cookie line, also over plain http behind a proxy (R16 to R18, R20, R56)', async () => {
      const answer = await send(url('/name/alice'), {
        method: 'POST',
        headers: { 'x-forwarded-proto': 'http' },
      });

      expect(answer.setCookies).toEqual([expect.stringMatching(COOKIE_LINE)]);
    });

    it('is a cookie of less than 120 bytes (R19)', async () => {
      const { token } = await visitor('alice');

      expect(`${SESSION_COOKIE}=${token}`.length).toBeLessThan(120);
    });

    it(
      `never repeats any of its parts in ${sized(10_000)} sessions (R02)`,
      async () => {
        const tokens = await inFlight(32, range(sized(10_000)), async (at) => {
          const browser = new Browser();
          await browser.post(url('/name/a', at));
          return browser.token!;
        });

        for (const [from, to] of [
          [1, 21],
          [21, 37],
          [37, 80],
          [80, TOKEN_LENGTH],
        ] as const) {
          const parts = new Set(tokens.map((token) => token.slice(from, to)));
          expect(parts.size).toBe(tokens.length);
        }
      },
      SIZED_LIMIT,
    );

    it('is in no body, no address, no other header and no log (R17)', async () => {
      const browser = await visitor('alice');
      const token = browser.token!;
      const answers = [
        await browser.get(url('/')),
        await browser.get(url('/redirect')),
        await browser.get(url('/error')),
        await browser.get(url('/handle')),
        await browser.get(url('/nowhere')),
        await browser.post(url('/data', 1), { some: 'data' }),
        await browser.post(url('/rotate')),
      ];
      const secrets = [token, browser.token!].flatMap((text) => [text, text.slice(37, 80)]);

      expect(answers.map(({ status }) => status)).toEqual([200, 302, 500, 200, 404, 201, 201]);
      const seen = answers.map(({ text, headers }) => {
        const { 'set-cookie': _, ...others } = headers;
        return text + JSON.stringify(others);
      });
      const logs = fleet.servers.map((server) => server.output());
      const stored = JSON.stringify(await fleet.keys.redis.hgetall(fleet.keys.keyOf(token)));
      for (const secret of secrets) {
        for (const text of [...seen, ...logs, stored]) expect(text).not.toContain(secret);
      }
    });

    it('makes every answer that depends on it uncacheable, and no other (R26)', async () => {
      const browser = await visitor('alice');
      const caching = async (path: string) => {
        const { headers } = await browser.get(url(path));
        return [headers['cache-control'], headers.vary];
      };

      expect(await caching('/')).toEqual(['no-store', 'Cookie']);
      expect(await caching('/cached-by-app')).toEqual(['no-store', 'Accept-Language, Cookie']);
      expect(await caching('/revalidated')).toEqual(['private, no-cache', 'Cookie']);
      expect((await caching('/redirect'))[0]).toBe('no-store');
      expect((await caching('/plain'))[0]).toBe('public, max-age=60');
    });
  });

  describe('as it comes back', () => {
    it('is worth nothing with any one of its bytes altered (R01)', async () => {
      const victim = await visitor('victim');
      const token = victim.token!;
      const altered = range(TOKEN_LENGTH).map(
        (at) => token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1),
      );
      const others = [token.slice(1), token.slice(0, -1), `${token}A`, token + token, ''];

      const answers = await inFlight(8, [...altered, ...others], (text) =>
        new Browser({ [SESSION_COOKIE]: text }).get(url('/')),
      );

      expect(answers.map(({ status, text }) => [status, text])).toEqual(
        answers.map(() => [200, '{}']),
      );
      expect(answers.flatMap(({ setCookies }) => setCookies)).toEqual([]);
      expect(await nameOf(token)).toBe('victim');
    });

    it.each([
      ['made up', () => `A${'x'.repeat(95)}`],
      [
        'signed with another secret',
        () => new TokenSigner(['s'.repeat(40)], fleet.keys.prefix).issue('anonymous').text,
      ],
      [
        'signed for another key prefix',
        () => new TokenSigner([TEST_SECRET], 'other:').issue('anonymous').text,
      ],
      [
        'signed by us but stored nowhere',
        () => new TokenSigner([TEST_SECRET], fleet.keys.prefix).issue('anonymous').text,
      ],
    ])('is never adopted when it was %s (R03)', async (_, choose) => {
      const chosen = choose();
      const browser = new Browser({ [SESSION_COOKIE]: chosen });

      const answer = await browser.post(url('/name/alice'));

      expect(answer.setCookies).toEqual([expect.stringMatching(COOKIE_LINE)]);
      const parts = (token: string) => [token.slice(1, 21), token.slice(21, 37), token.slice(37)];
      parts(browser.token!).forEach((part, at) => expect(part).not.toBe(parts(chosen)[at]));
      expect(await fleet.keys.redis.exists(fleet.keys.keyOf(chosen))).toBe(0);
      expect(await nameOf(browser.token!, 1)).toBe('alice');
      expect(await nameOf(chosen, 1)).toBeUndefined();
    });

    it('is not used when it comes beside another one, and no answer sets or stores anything (R21)', async () => {
      const victims = [await visitor('victim'), await visitor('victim')];
      const cookie = victims.map(({ token }) => `${SESSION_COOKIE}=${token}`).join('; ');
      const keys = (await fleet.keys.names()).length;

      const read = await send(url('/'), { headers: { cookie } });
      const write = await send(url('/name/mallory'), { method: 'POST', headers: { cookie } });
      const rotate = await send(url('/rotate'), { method: 'POST', headers: { cookie } });
      const destroy = await send(url('/destroy'), { method: 'POST', headers: { cookie } });

      expect([read.status, read.text]).toEqual([200, '{}']);
      for (const refused of [write, rotate, destroy]) {
        expect(refused.status).toBe(409);
        expect(refused.json()).toMatchObject({ code: 'SESSION_ENDED' });
      }
      for (const answer of [read, write, rotate, destroy]) {
        expect(answer.setCookies).toEqual([]);
        await expectNotUsed(answer, victims[0]!);
        await expectNotUsed(answer, victims[1]!);
      }
      expect((await fleet.keys.names()).length).toBe(keys);
    });

    it('is found among 1,000 other cookies, and not counted twice when they only look like it', async () => {
      const { token } = await visitor('alice');
      const others = range(1000).map((at) => `c${at}=v`);
      const lookalikes = [`x${SESSION_COOKIE}=${token}`, `y=${SESSION_COOKIE}=${token}`];
      const cookie = [...others, ...lookalikes, `${SESSION_COOKIE}=${token}`, 'last=1'].join('; ');

      const answer = await send(url('/'), { headers: { cookie } });

      expect(answer.json()).toEqual({ name: 'alice' });
    });

    const pair = `${SESSION_COOKIE}=TOKEN`;
    it.each([
      ['a name that begins with U+2000', `\u2000${pair}`],
      ['a name that begins with U+0085', `\u0085${pair}`],
      ['a name that begins with a no-break space', `\u00a0${pair}`],
      ['a name that begins with a byte order mark', `\ufeff${pair}`],
      ['a name that begins with U+2000 after another cookie', `a=b;\u2000${pair}`],
      ['a name in other letters', pair.toLowerCase()],
      ['an escaped name', pair.replace('-', '%2D')],
      ['a space before the equals sign', pair.replace('=', ' =')],
      ['a quoted value', `${SESSION_COOKIE}="TOKEN"`],
      ['a quoted pair', `"${pair}"`],
      ['an escaped value', `${SESSION_COOKIE}=%41TOKEN`],
      ['an empty name before it', `=${pair}`],
      ['another name before it', `x=${pair}`],
      ['commas in place of semicolons', `a=b, ${pair}, c=d`],
      ['something behind the value', `${pair}x`],
      ['a space in the value', `${SESSION_COOKIE}=TOKEN x`],
      ['braces around the value', `${SESSION_COOKIE}={TOKEN}`],
    ])('is not taken out of a Cookie header with %s (R22, R23)', async (_, header) => {
      const victim = await visitor('victim');
      const Cookie = header.replace('TOKEN', victim.token!);

      for (const method of ['GET', 'POST']) {
        const path = method === 'GET' ? '/' : '/name/mallory';
        const answer = await rawRequest(url(path), { method, headers: { Cookie } });

        expect([200, 201, 400]).toContain(answer.status);
        expect(answer.body).not.toContain('victim');
      }
      expect(await fleet.keys.fieldsOf(victim.token!)).toEqual({ name: 'victim' });
    });

    it.each([
      ['85', '\u0085'],
      ['A0', '\u00a0'],
    ])(
      'is not taken out of a Cookie header whose name begins with the byte %s (R22)',
      async (_, byte) => {
        const victim = await visitor('victim');
        const cookie = `${byte}${SESSION_COOKIE}=${victim.token}`;

        const answer = await send(url('/'), { headers: { cookie } });

        await expectNotUsed(answer, victim);
      },
    );

    it.each([
      ['3,000 cookies', 'a=b;'.repeat(3000)],
      ['1,000 cookies of its name', `${SESSION_COOKIE}=x;`.repeat(1000)],
      ['a cookie of 16 kB', `${SESSION_COOKIE}=${'x'.repeat(16_000)}`],
      ['1,000 times its name without a value', `${SESSION_COOKIE}`.repeat(1000)],
      ['nothing but separators', '; '.repeat(6000)],
    ])('is not found in %s, which is no error of the server (R22)', async (_, cookie) => {
      const answer = await send(url('/'), { headers: { cookie } });

      expect([200, 431]).toContain(answer.status);
      expect(answer.setCookies).toEqual([]);
    });

    it('opens the session whatever the spelling of the path that reaches the handler (R50)', async () => {
      const browser = await visitor('alice');

      for (const path of [
        '/%68andle',
        '/HANDLE',
        '/handle/',
        '//handle',
        '/handle;x',
        '/handle?x',
      ]) {
        const answer = await browser.get(url(path));

        if (answer.status !== 404) expect(answer.json()).toMatchObject({ isNew: false });
      }
    });
  });

  describe('after it was replaced', () => {
    it('is refused at once on another server, while the new one has the same session', async () => {
      const browser = await visitor('alice');
      const old = browser.copy();
      const key = fleet.keys.keyOf(old.token!);

      const rotated = await browser.post(url('/rotate', 0));
      const withOld = await old.get(url('/', 1));

      expect(rotated.setCookies).toEqual([expect.stringMatching(COOKIE_LINE)]);
      expect(browser.token).not.toBe(old.token);
      expect(fleet.keys.keyOf(browser.token!)).toBe(key);
      expect(withOld.text).toBe('{}');
      expect(withOld.setCookies).toEqual([]);
      expect((await browser.get(url('/', 1))).json()).toEqual({ name: 'alice' });
    });

    it.each(['/name/mallory', '/rotate', '/destroy', '/data'])(
      'gets 409 SESSION_ENDED for a write and no cookie: POST %s',
      async (path) => {
        const browser = await visitor('alice');
        const old = browser.copy();
        await browser.post(url('/rotate'));

        const answer = await old.post(url(path, 1), { some: 'data' });

        expect(answer.status).toBe(409);
        expect(answer.json()).toMatchObject({ statusCode: 409, code: 'SESSION_ENDED' });
        expect(answer.setCookies).toEqual([]);
        expect(await fleet.keys.fieldsOf(browser.token!)).toEqual({ name: 'alice' });
      },
    );

    it('has exactly one successor when several requests replace it at once', async () => {
      const browser = await visitor('alice');

      const answers = await Promise.all(
        range(6).map((at) => browser.copy().post(url('/rotate', at))),
      );

      const won = answers.filter(({ status }) => status === 201);
      expect(won).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(5);
      const token = /=([^;]*)/.exec(won[0]!.setCookies[0]!)![1]!;
      expect(await nameOf(token, 1)).toBe('alice');
    });

    it('is cleared by the end of the session with exactly its own attributes', async () => {
      const browser = await visitor('alice');

      const answer = await browser.post(url('/destroy'));

      expect(answer.setCookies).toEqual([
        '__Host-sid=; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      ]);
    });
  });

  describe('beside hostile data (R37)', () => {
    const hostile = [
      '{"__proto__":{"admin":1}}',
      '{"constructor":{"prototype":{"admin":1}}}',
      '{"deep":{"list":[{"__proto__":{"admin":1}}]}}',
    ].map((text) => JSON.parse(text) as unknown);

    const expectClean = async (): Promise<void> => {
      for (const server of range(2)) {
        const answer = await send(url('/polluted', server));
        expect(answer.json()).toEqual({ polluted: false });
      }
    };

    it.each([
      ['kept as a field', '/data'],
      ['assigned to the session', '/assign'],
    ])('reaches no prototype by a request body that is %s', async (_, path) => {
      const browser = await visitor('alice');

      for (const body of hostile) {
        const answer = await browser.post(url(path), body);
        expect(answer.status).toBeGreaterThanOrEqual(400);
      }

      await expectClean();
      expect(await fleet.keys.fieldsOf(browser.token!)).toEqual({ name: 'alice' });
    });

    it('reaches no prototype by a hand in Redis, neither when read nor when merged', async () => {
      const browser = await visitor('alice');
      const key = fleet.keys.keyOf(browser.token!);
      await fleet.keys.redis.hset(key, {
        constructor: '{"prototype":{"admin":1}}',
        data: '{"__proto__":{"admin":1},"a":1}',
      });
      await fleet.keys.redis.hset(key, '__proto__', '{"admin":1}');

      const read = await browser.get(url('/'));
      const write = await browser.post(url('/data'), { b: 2 });

      expect(read.json()).toEqual({ name: 'alice' });
      expect(write.status).toBe(201);
      await expectClean();
      expect((await browser.get(url('/', 1))).json()).toEqual({ name: 'alice', data: { b: 2 } });
      await fleet.keys.redis.hdel(key, '__proto__', 'constructor');
    });
  });
});
