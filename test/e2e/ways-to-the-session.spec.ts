import { PLATFORMS } from '../support/app-process.js';
import { useFleet } from '../support/app-fleet.js';
import { Browser } from '../support/browser.js';
import { range } from '../support/in-flight.js';

const NAMES = ['alice', 'bob'];

describe.each(PLATFORMS)('the session on %s', (platform) => {
  const fleet = useFleet({ app: 'hydration', platform });

  const visitor = async (name: string): Promise<Browser> => {
    const browser = new Browser();
    await browser.post(fleet.url(0, `/name/${name}`));
    return browser;
  };

  const visitsOf = async (browser: Browser): Promise<number> =>
    (await browser.get(fleet.url(1, '/visits'))).json<{ visits: number }>().visits;

  const ask = async <T>(server: number, question: object): Promise<T> =>
    (await fleet.servers[server]!.ask(JSON.stringify(question))) as T;

  it('is there for an APP_GUARD of the root module and for a guard of useGlobalGuards', async () => {
    const browser = await visitor('alice');

    const answer = await browser.get(fleet.url(1, '/seen'));

    expect(answer.json()).toEqual({ byAppGuard: 'alice', byGlobalGuard: 'alice' });
  });

  it.each([
    ['a handler', '/seen-undeclared'],
    ['a wrapped handler beside others', '/traced-undeclared'],
  ])('is not read for %s that does not declare it, nor for its guards', async (_, path) => {
    const browser = await visitor('alice');

    const answer = await browser.get(fleet.url(1, path));

    expect(answer.json()).toEqual({ byAppGuard: 'nobody', byGlobalGuard: 'nobody' });
    expect(answer.headers['vary'] ?? '').not.toContain('Cookie');
  });

  it.each([
    ['a handler wrapped by a decorator outside the route decorator', '/traced-outside/visit'],
    ['a handler wrapped by a decorator inside the route decorator', '/traced-inside/visit'],
    ['a handler inherited by a first controller', '/first/visit'],
    ['the same handler inherited by a second controller', '/second/visit'],
    ['an override that leaves the parameters to its parent', '/second/overridden'],
    ["Nest's own @Session()", '/nest/visit'],
    ["a team's own parameter decorator, with @UseSession() on the method", '/own-decorator/visit'],
    [
      "a team's own parameter decorator, with @UseSession() on the class",
      '/whole-class/own-decorator',
    ],
    ['request.session', '/request/visit'],
    ['SessionService.of() in a handler that declares nothing', '/undeclared/visit'],
    ['SessionService.current() in a service', '/current/visit'],
  ])('is read and saved by way of %s', async (_, path) => {
    const browser = await visitor('alice');

    const answers = [
      await browser.post(fleet.url(0, path)),
      await browser.post(fleet.url(1, path)),
      await browser.post(fleet.url(0, path)),
    ];

    expect(answers.map(({ text }) => text)).toEqual(
      range(3).map((at) => JSON.stringify({ visits: at + 1 })),
    );
    expect(await visitsOf(browser)).toBe(3);
  });

  it.each([
    ['an interceptor of a handler that declares nothing', '/interceptor/visit', {}],
    ['middleware before a handler that declares nothing', '/middleware/visit', {}],
    [
      'middleware before a handler that declares another field',
      '/middleware-declared/visit',
      { name: 'alice' },
    ],
  ])('is read and saved by SessionService.of() in %s', async (_, path, body) => {
    const browser = await visitor('alice');

    const answers = [
      await browser.post(fleet.url(0, path)),
      await browser.post(fleet.url(1, path)),
    ];

    expect(answers.map((answer) => answer.json())).toEqual([body, body]);
    expect(await visitsOf(browser)).toBe(2);
  });

  it.each(['/undeclared/visit', '/interceptor/visit', '/middleware/visit', '/current/visit'])(
    'is begun, with a cookie, by the first visit of a newcomer to %s',
    async (path) => {
      const browser = new Browser();

      const answer = await browser.post(fleet.url(0, path));

      expect(answer.status).toBe(201);
      expect(answer.setCookies).toHaveLength(1);
      expect(await visitsOf(browser)).toBe(1);
    },
  );

  it('is one object for all who ask for it in one request', async () => {
    const browser = await visitor('alice');

    expect((await browser.get(fleet.url(0, '/same-object'))).json()).toEqual({ same: true });
  });

  it('is that of the own request for SessionService.current(), also among parallel ones', async () => {
    const browsers = await Promise.all(NAMES.map(visitor));

    const answers = await Promise.all(
      range(40).map((at) => browsers[at % 2]!.get(fleet.url(0, '/current/name'))),
    );

    expect(answers.map((answer) => answer.json())).toEqual(
      range(40).map((at) => ({ own: NAMES[at % 2], current: NAMES[at % 2] })),
    );
  });

  it('is opened by its token and saved outside of any request', async () => {
    const browser = await visitor('alice');
    await browser.post(fleet.url(0, '/nest/visit'));

    const saved = await ask(1, { visit: browser.token });

    expect(saved).toEqual({ changed: true, durable: false, visits: 2, name: 'alice' });
    expect(await visitsOf(browser)).toBe(2);
  });

  it('is begun outside of any request, and the token given out once works as a cookie', async () => {
    const saved = await ask<{ token: string; visits: number }>(0, { create: 'carol' });

    expect(saved).toMatchObject({ changed: true, visits: 1, name: 'carol' });
    const browser = new Browser({ '__Host-sid': saved.token });
    expect((await browser.get(fleet.url(1, '/seen'))).json()).toMatchObject({
      byAppGuard: 'carol',
    });
  });

  it('is described without its content by inspect(), and unknown tokens give nothing', async () => {
    const browser = await visitor('alice');

    const found = await ask<Record<string, unknown>>(1, { inspect: browser.token });
    const unknown = await ask(1, { inspect: 'junk' });

    expect(unknown).toBeNull();
    expect(found['handle']).toBe(browser.token!.slice(21, 37));
    expect(found['fields']).toEqual({ name: 'alice'.length });
    const lifetime =
      Date.parse(String(found['expiresAt'])) - Date.parse(String(found['createdAt']));
    expect(lifetime).toBe(30 * 60 * 1000);
  });
});
