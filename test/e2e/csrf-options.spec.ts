import { Controller, Get, HttpCode, Module, Post, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Session, SessionModule, type SessionModuleOptionsInput } from '../../lib/index.js';
import { TEST_SECRET, type Platform } from '../apps/app-config.js';
import { PLATFORMS } from '../support/app-process.js';
import { Browser } from '../support/browser.js';
import { send } from '../support/http-client.js';

const FOREIGN = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
/** What an older browser sends from the app's own page, a proxy with TLS between. */
const BEHIND_PROXY = {
  'sec-fetch-site': undefined,
  cookie: 'other=1',
  origin: 'https://shop.example',
  'x-forwarded-host': 'shop.example',
  'x-forwarded-proto': 'https',
};

@Controller()
class ActsController {
  @Post('act')
  @HttpCode(200)
  act(@Session() session: Session<{ acts?: number }>) {
    session.acts = (session.acts ?? 0) + 1;
    return { acts: session.acts };
  }

  @Get('token')
  token(@Session() session: Session) {
    return { token: session.csrfToken() };
  }
}

describe.each(PLATFORMS)('CSRF protection on %s', (platform) => {
  let app: INestApplication | undefined;

  const start = async (
    options: Partial<SessionModuleOptionsInput>,
    trustProxy = false,
  ): Promise<string> => {
    app = await create(platform, options, trustProxy);
    await app.listen(0, '127.0.0.1');
    return app.getUrl();
  };

  afterEach(() => app?.close());

  it('is off with csrf: false, and csrfToken() then says so', async () => {
    const url = await start({ csrf: false });

    expect((await send(`${url}/act`, { method: 'POST', headers: FOREIGN })).status).toBe(200);
    expect((await send(`${url}/token`)).status).toBe(500);
  });

  it('is not needed where no cookie carries the token', async () => {
    const url = await start({ transport: 'bearer' });

    const answer = await send(`${url}/act`, { method: 'POST', headers: FOREIGN });

    expect([answer.status, answer.setCookies]).toEqual([200, []]);
  });

  it('is on with csrf: true, and where bearer tokens come first', async () => {
    const url = await start({ csrf: true, transport: ['bearer', 'cookie'] });

    expect((await send(`${url}/act`, { method: 'POST', headers: FOREIGN })).status).toBe(403);
  });

  it('takes the token from the header that csrf.header names, under insecureDev too', async () => {
    const url = await start({ insecureDev: true, csrf: { header: 'X-XSRF-Token' } });
    const browser = new Browser();
    const answer = await browser.get(`${url}/token`);
    const { token } = answer.json<{ token: string }>();
    const act = async (header: string): Promise<number> =>
      (
        await browser.post(`${url}/act`, undefined, {
          'sec-fetch-site': undefined,
          [header]: token,
        })
      ).status;

    expect(answer.setCookies).toEqual([
      expect.stringMatching(/^sid-csrf=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=3600$/),
    ]);
    expect(await act('X-CSRF-Token')).toBe(403);
    expect(await act('x-xsrf-token')).toBe(200);
  });

  it.each([
    ['knows its own origin by a proxy that the app trusts', true, 200],
    ['believes no proxy that the app does not trust', false, 403],
  ])('%s', async (_, trustProxy, status) => {
    const url = await start({}, trustProxy);

    const answer = await send(`${url}/act`, { method: 'POST', headers: BEHIND_PROXY });

    expect(answer.status).toBe(status);
  });
});

async function create(
  platform: Platform,
  options: Partial<SessionModuleOptionsInput>,
  trustProxy: boolean,
): Promise<INestApplication> {
  @Module({
    imports: [SessionModule.forRoot({ secret: TEST_SECRET, store: 'memory', ...options })],
    controllers: [ActsController],
  })
  class AppModule {}
  if (platform === 'fastify') {
    const adapter = new FastifyAdapter({ trustProxy });
    return NestFactory.create(AppModule, adapter as never, { logger: false });
  }
  const app = await NestFactory.create(AppModule, { logger: false });
  if (trustProxy) (app.getHttpAdapter().getInstance() as Express).set('trust proxy', true);
  return app;
}

interface Express {
  set(name: string, value: unknown): void;
}
