import { useFleet } from '../support/app-fleet.js';
import { PLATFORMS } from '../support/app-process.js';
import { Browser, SESSION_COOKIE } from '../support/browser.js';
import { send, type Answer } from '../support/http-client.js';
import { inFlight } from '../support/in-flight.js';

const VISITOR_COOKIE = '__Host-sid-csrf';
const VISITOR_LINE =
  /^__Host-sid-csrf=[A-Za-z0-9_-]{22}; Path=\/; HttpOnly; Secure; SameSite=Lax; Max-Age=3600$/;
const ADMIN = 'https://admin.shop.example';
const FOREIGN = 'https://evil.example';

/** What a browser sends that does not say where the request comes from. */
const SILENT = { 'sec-fetch-site': undefined };

const SITES = ['same-origin', 'same-site', 'cross-site', 'none', undefined] as const;
const ORIGINS = ['own', 'absent', 'foreign', 'allowed'] as const;
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const WAYS = ['cookie', 'bearer', 'Basic', 'Basic and cookie', 'nothing'] as const;

interface Case {
  readonly site: (typeof SITES)[number];
  readonly origin: (typeof ORIGINS)[number];
  readonly method: (typeof METHODS)[number];
  readonly way: (typeof WAYS)[number];
}

const CASES: readonly Case[] = SITES.flatMap((site) =>
  ORIGINS.flatMap((origin) =>
    METHODS.flatMap((method) => WAYS.map((way) => ({ site, origin, method, way }))),
  ),
);

describe.each(PLATFORMS)('Another site on %s', (platform) => {
  const fleet = useFleet({
    app: 'csrf',
    platform,
    options: { transport: ['cookie', 'bearer'], csrf: { origins: [ADMIN] } },
  });

  const visitor = async (): Promise<Browser> => {
    const browser = new Browser();
    expect((await browser.post(fleet.url(0, '/act'))).status).toBe(200);
    return browser;
  };

  const loggedIn = async (user: string): Promise<Browser> => {
    const browser = new Browser();
    expect((await browser.post(fleet.url(0, `/login/${user}`))).status).toBe(200);
    return browser;
  };

  const tokenOf = async (browser: Browser, server = 0, path = '/token'): Promise<string> =>
    (await browser.get(fleet.url(server, path))).json<{ token: string }>().token;

  const actsOf = async (browser: Browser): Promise<number> =>
    (await browser.get(fleet.url(1, '/'))).json<{ acts: number }>().acts;

  /** Acts with this token from where the browser does not say, on another server than the token came from. */
  const actWith = (
    browser: Browser,
    token: string,
    headers: Record<string, string | undefined> = SILENT,
  ): Promise<Answer> =>
    browser.post(fleet.url(1, '/act'), undefined, { ...headers, 'x-csrf-token': token });

  const outcome = ({ status, text, setCookies }: Answer) => {
    const { code, reason } = (text === '' ? {} : JSON.parse(text)) as Record<string, string>;
    return { status, ...(code && { code, reason }), cookies: setCookies.length };
  };
  const refused = (reason: string) => ({ status: 403, code: 'SESSION_CSRF', reason, cookies: 0 });

  it(`acts in none of ${CASES.length} cases of what browsers and other clients send but those that the rules let through`, async () => {
    const browser = await visitor();
    const bearer = (await visitor()).token!;
    const before = await actsOf(browser);

    const wrong: object[] = [];
    let acted = 0;
    await inFlight(16, CASES, async (one) => {
      const answer = await send(fleet.url(0, '/act'), {
        method: one.method,
        headers: {
          'sec-fetch-site': one.site,
          origin: originOf(one, new URL(fleet.url(0, '/')).host),
          ...credentials(one, browser.token!, bearer),
        },
      });
      const found = outcome(answer);
      const letThrough = answer.status === 200;
      if (letThrough && one.way.endsWith('cookie')) acted++;
      if (letThrough !== isLetThrough(one)) wrong.push({ ...one, ...found });
      const reason = one.site === 'cross-site' ? 'cross_site' : 'token_required';
      if (!letThrough && JSON.stringify(found) !== JSON.stringify(refused(reason))) {
        wrong.push({ ...one, ...found });
      }
    });

    expect(wrong).toEqual([]);
    // Parallel changes of a counter are last-write, so that only a refused one may leave it alone.
    expect(acted).toBe(
      CASES.filter((one) => one.way.endsWith('cookie') && isLetThrough(one)).length,
    );
    expect(await actsOf(browser)).toBeGreaterThan(before);
  });

  it('is refused before a command is sent, and changes nothing', async () => {
    const browser = await visitor();
    const [server] = fleet.servers;
    const foreign = { 'sec-fetch-site': 'cross-site', origin: FOREIGN };

    const before = await server!.ask('commands');
    for (const path of ['/act', '/by-service', '/login/mallory', '/change/destroy']) {
      const answer = await browser.post(fleet.url(0, path), undefined, foreign);
      expect(outcome(answer)).toEqual(refused('cross_site'));
      const junk = { ...SILENT, 'x-csrf-token': 'A'.repeat(65) };
      const guessed = await browser.post(fleet.url(0, path), undefined, junk);
      expect(outcome(guessed)).toEqual(refused('token_invalid'));
    }

    expect(await server!.ask('commands')).toBe(before);
    expect(await actsOf(browser)).toBe(1);
  });

  it('logs nobody in: a route that may set the cookie is checked without a session too', async () => {
    const url = fleet.url(0, '/login/mallory');
    const foreign = await send(url, { method: 'POST', headers: { ...SILENT, origin: FOREIGN } });
    const sibling = await send(url, { method: 'POST', headers: { 'sec-fetch-site': 'same-site' } });
    const program = await send(url, { method: 'POST', headers: SILENT });

    expect(outcome(foreign)).toEqual(refused('token_required'));
    expect(outcome(sibling)).toEqual(refused('token_required'));
    expect(outcome(program)).toMatchObject({ status: 200, cookies: 1 });
  });

  it('may post to handlers without a session, and to those that say so', async () => {
    const browser = await visitor();
    const post = async (path: string): Promise<number> =>
      (await browser.post(fleet.url(0, path), undefined, { 'sec-fetch-site': 'cross-site' }))
        .status;

    expect(await post('/quiet')).toBe(200);
    expect(await post('/callback')).toBe(200);
    expect(await post('/skipped/all')).toBe(200);
    expect(await post('/skipped/but-this')).toBe(403);
  });

  it('is refused with an Authorization header that is no session of ours', async () => {
    for (const authorization of ['Bearer junk', `Bearer ${'A'.repeat(96)}`, 'Basic YTpi']) {
      const headers = { authorization, 'sec-fetch-site': 'cross-site', origin: FOREIGN };
      const answer = await send(fleet.url(0, '/act'), { method: 'POST', headers });
      expect(outcome(answer)).toEqual(refused('cross_site'));
    }
  });

  describe('and the token of a session', () => {
    it('lets requests through on every server where the browser is silent or says same-site', async () => {
      const browser = await visitor();
      const token = await tokenOf(browser);

      expect((await actWith(browser, token)).status).toBe(200);
      expect((await actWith(browser, token, { ...SILENT, origin: FOREIGN })).status).toBe(200);
      expect((await actWith(browser, token, { 'sec-fetch-site': 'same-site' })).status).toBe(200);
      expect(await tokenOf(browser, 1, '/token-by-service')).not.toBe(token);
      expect(await actsOf(browser)).toBe(4);
    });

    it('does not outweigh a browser that says cross-site', async () => {
      const browser = await visitor();
      const headers = { 'sec-fetch-site': 'cross-site', origin: FOREIGN };

      const answer = await actWith(browser, await tokenOf(browser), headers);

      expect(outcome(answer)).toEqual(refused('cross_site'));
    });

    it('is good for no other session', async () => {
      const [own, other] = [await visitor(), await visitor()];

      const answer = await actWith(own, await tokenOf(other));

      expect(outcome(answer)).toEqual(refused('token_invalid'));
      expect(await actsOf(own)).toBe(1);
    });

    it.each(['login', 'rotate', 'elevate', 'logout', 'destroy'])(
      'is no longer good after %s',
      async (call) => {
        const browser = call === 'login' ? await visitor() : await loggedIn(`ann-${call}`);
        const token = await tokenOf(browser);
        expect((await actWith(browser, token)).status).toBe(200);

        await browser.post(fleet.url(0, call === 'login' ? '/login/bob' : `/change/${call}`));

        // Without any cookie it would be no browser.
        if (browser.token === undefined) await browser.post(fleet.url(0, '/act'));
        expect(outcome(await actWith(browser, token))).toEqual(refused('token_invalid'));
        expect((await actWith(browser, await tokenOf(browser))).status).toBe(200);
      },
    );

    it('is given by a login form whose visitor was logged in until just now', async () => {
      const browser = await loggedIn('cid');
      const elsewhere = browser.copy();
      await elsewhere.post(fleet.url(0, '/change/logout'));

      const headers = { ...SILENT, 'x-csrf-token': await tokenOf(browser) };
      const answer = await browser.post(fleet.url(1, '/login/cid'), undefined, headers);

      expect(answer.status).toBe(200);
      expect((await browser.get(fleet.url(0, '/'))).json()).toMatchObject({ user: 'cid' });
    });
  });

  describe('and the token of a visitor for whom nothing is stored', () => {
    it.each(['/token', '/token-by-service'])(
      'hangs on a short-lived cookie and costs no key: GET %s',
      async (path) => {
        const keys = await fleet.keys.names();
        const browser = new Browser();

        const answer = await browser.get(fleet.url(0, path));

        expect(answer.setCookies).toEqual([expect.stringMatching(VISITOR_LINE)]);
        expect(answer.headers['cache-control']).toBe('no-store');
        expect(answer.headers.vary).toContain('Cookie');
        expect((await fleet.keys.names()).sort()).toEqual(keys.sort());
        const { token } = answer.json<{ token: string }>();
        const headers = { ...SILENT, 'x-csrf-token': token };
        const login = await browser.post(fleet.url(1, '/login/dan'), undefined, headers);
        expect(login.status).toBe(200);
      },
    );

    it('is good for nobody else, and with an empty cookie jar', async () => {
      const [own, other] = [new Browser(), new Browser()];
      const token = await tokenOf(own);
      await tokenOf(other);

      expect(outcome(await actWith(other, token))).toEqual(refused('token_invalid'));
      const jarless = await actWith(new Browser({ other: '1' }), token);
      expect(outcome(jarless)).toEqual(refused('token_invalid'));
    });

    it('goes on when a session has begun, and ends with a login, which takes its cookie away', async () => {
      const browser = new Browser();
      const token = await tokenOf(browser);
      const before = browser.copy();

      expect((await actWith(browser, token)).status).toBe(200);
      expect((await actWith(browser, token)).status).toBe(200);
      const login = await browser.post(fleet.url(0, '/login/eve'));
      expect(login.setCookies).toContainEqual(expect.stringMatching(`^${VISITOR_COOKIE}=;`));
      const kept = new Browser({ ...before.cookies, [SESSION_COOKIE]: browser.token! });
      expect(outcome(await actWith(kept, token))).toEqual(refused('token_invalid'));
    });
  });
});

/** The rules once more, in words as plain as docs/csrf.md. */
function isLetThrough({ site, origin, method, way }: Case): boolean {
  if (method === 'GET') return true;
  if (site === 'same-origin' || site === 'none') return true;
  if (origin === 'allowed' || way === 'bearer') return true;
  if (site !== undefined) return false;
  if (origin === 'absent') return way === 'Basic' || way === 'nothing';
  return origin === 'own';
}

function originOf({ origin }: Case, host: string): string | undefined {
  return { own: `http://${host}`, absent: undefined, foreign: FOREIGN, allowed: ADMIN }[origin];
}

function credentials({ way }: Case, cookie: string, bearer: string): Record<string, string> {
  const headers: Record<string, string> = {};
  if (way.endsWith('cookie')) headers['cookie'] = `${SESSION_COOKIE}=${cookie}`;
  if (way.startsWith('Basic')) headers['authorization'] = 'Basic YW5uOnBhc3N3b3Jk';
  if (way === 'bearer') headers['authorization'] = `Bearer ${bearer}`;
  return headers;
}
