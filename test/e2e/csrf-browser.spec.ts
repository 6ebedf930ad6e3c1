import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { useFleet } from '../support/app-fleet.js';
import { openBrowser } from '../support/chromium.js';

/** Where another site's pages come from: one that the browser calls another site, and one that shares the host. */
const ELSEWHERE = ['127.0.0.1', 'localhost'] as const;

describe('A page of another site in a real browser', () => {
  let browser: Browser;
  let foreign: Server;

  beforeAll(async () => {
    browser = await openBrowser();
    foreign = createServer(serveForm).listen(0, '127.0.0.1');
    await once(foreign, 'listening');
  });

  afterAll(async () => {
    foreign?.closeAllConnections();
    foreign?.close();
    await browser?.close();
  });

  describe.each([
    { platform: 'express', sameSite: 'lax' },
    { platform: 'fastify', sameSite: 'none' },
  ] as const)(
    'over $platform, with a cookie that is SameSite=$sameSite',
    ({ platform, sameSite }) => {
      const fleet = useFleet({
        app: 'csrf',
        platform,
        servers: 1,
        options: { cookie: { sameSite } },
      });
      let context: BrowserContext;
      let page: Page;

      beforeEach(async () => {
        context = await browser.newContext();
        page = await context.newPage();
        await page.goto(shop('/page'));
      });

      afterEach(() => context.close());

      const shop = (path: string): string => fleet.url(0, path).replace('127.0.0.1', 'localhost');

      /** Opens the foreign page, whose form sends itself to the shop. */
      const lure = async (host: string, path: string): Promise<number> => {
        const { port } = foreign.address() as AddressInfo;
        const answered = page.waitForResponse((response) => response.url() === shop(path));
        await page.goto(`http://${host}:${port}/?${encodeURIComponent(shop(path))}`);
        return (await answered).status();
      };

      const logIn = (user: string): Promise<number> =>
        page.evaluate(
          async (path) => (await fetch(path, { method: 'POST' })).status,
          `/login/${user}`,
        );

      const state = async (): Promise<{ acts: number; user?: string }> => {
        await page.goto(shop('/'));
        return JSON.parse((await page.textContent('body'))!) as { acts: number; user?: string };
      };

      const sessionCookie = async (): Promise<string | undefined> =>
        (await context.cookies(shop('/'))).find(({ name }) => name === '__Host-sid')?.value;

      it.each(ELSEWHERE)(
        'at %s neither acts as the user nor takes the cookie away',
        async (host) => {
          expect(await logIn('victim')).toBe(200);
          const cookie = await sessionCookie();

          for (const path of ['/act', '/change/logout', '/change/destroy', '/login/mallory']) {
            expect(await lure(host, path)).toBe(403);
          }

          expect(cookie).toBeDefined();
          expect(await sessionCookie()).toBe(cookie);
          expect(await state()).toEqual({ acts: 0, user: 'victim' });
        },
      );

      it.each(ELSEWHERE)('at %s does not log a visitor in as somebody else', async (host) => {
        expect(await lure(host, '/login/mallory')).toBe(403);

        expect(await sessionCookie()).toBeUndefined();
        expect((await state()).user).toBeUndefined();
      });

      it("does not keep the shop's own page from acting", async () => {
        await Promise.all([page.waitForURL(shop('/act')), page.click('button')]);

        expect(JSON.parse((await page.textContent('body'))!)).toEqual({ acts: 1 });
        expect(await state()).toEqual({ acts: 1 });
      });
    },
  );
});

/** A page whose form goes to the address in its query as soon as it is shown. */
function serveForm({ url = '' }: IncomingMessage, response: ServerResponse): void {
  const action = decodeURIComponent(url.slice(url.indexOf('?') + 1));
  response.setHeader('Content-Type', 'text/html');
  response.end(
    url.startsWith('/?')
      ? `<form method="post" action="${action}"></form><script>document.forms[0].submit()</script>`
      : '',
  );
}
