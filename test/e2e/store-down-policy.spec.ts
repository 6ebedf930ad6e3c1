import {
  Body,
  Controller,
  Get,
  HttpCode,
  Module,
  Post,
  type INestApplication,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  Authenticated,
  OnStoreDown,
  Session,
  SessionModule,
  SessionWriter,
  type StoreDownPolicy,
} from '../../lib/index.js';
import { TEST_SECRET, type Platform } from '../apps/app-config.js';
import { clusterNodes, PLATFORMS } from '../support/app-process.js';
import { Browser } from '../support/browser.js';
import type { Answer } from '../support/http-client.js';
import { RedisProxy } from '../support/redis-proxy.js';

interface Shop {
  cart?: string[];
  currency?: string;
}

@Controller()
class ShopController {
  @Get('cart')
  cart(@Session() session: Session<Shop>) {
    return { cart: session.cart ?? [], isNew: session.isNew, handle: session.handle ?? null };
  }

  @Get('currency')
  @OnStoreDown('anonymous-readonly')
  currency(@Session('currency', () => 'EUR') currency: string) {
    return { currency };
  }

  @Get('strict')
  @OnStoreDown('reject')
  strict(@Session() session: Session<Shop>) {
    return { cart: session.cart ?? [] };
  }

  @Get('me')
  @Authenticated()
  @OnStoreDown('anonymous-readonly')
  me() {
    return {};
  }

  @Post('assign')
  @OnStoreDown('anonymous-readonly')
  assign(@Session() session: Session<Shop>) {
    session.currency = 'GBP';
  }

  @Post('push')
  @OnStoreDown('anonymous-readonly')
  push(@Session('cart', () => []) cart: string[]) {
    cart.push('lost');
  }

  @Post('write')
  @OnStoreDown('anonymous-readonly')
  write(@SessionWriter('currency') currency: SessionWriter<string>) {
    currency.set('GBP');
  }

  @Post('call')
  @HttpCode(200)
  @OnStoreDown('anonymous-readonly')
  async call(@Session() session: Session<Shop>, @Body() { name, args }: Call) {
    const methods = session as unknown as Record<string, (...rest: unknown[]) => unknown>;
    return { result: (await methods[name]!(...args)) ?? null };
  }

  @Get('csrf')
  @OnStoreDown('anonymous-readonly')
  csrf(@Session([]) session: Session) {
    return { token: session.csrfToken() };
  }
}

interface Call {
  readonly name: string;
  readonly args: unknown[];
}

/** Whatever changes the session, or takes from it. */
const CHANGES: readonly Call[] = [
  { name: 'login', args: ['ann'] },
  { name: 'logout', args: [] },
  { name: 'elevate', args: [{ amr: ['otp'] }] },
  { name: 'rotate', args: [] },
  { name: 'destroy', args: [] },
  { name: 'increment', args: ['visits'] },
  { name: 'putOnce', args: ['state', 1] },
  { name: 'takeOnce', args: ['state'] },
  { name: 'flash', args: ['seen', 1] },
  { name: 'reload', args: [] },
];

const statusAndCode = (answer: Answer): [number, string | undefined] => [
  answer.status,
  answer.json<{ code?: string }>().code,
];

const UNAVAILABLE = [503, 'SESSION_STORE_UNAVAILABLE'];

describe.each(PLATFORMS)('While Redis is away, on %s', (platform) => {
  let proxy: RedisProxy;
  let apps: Record<StoreDownPolicy, INestApplication>;
  const browser = new Browser();

  beforeAll(async () => {
    proxy = await RedisProxy.start(clusterNodes());
    apps = {
      reject: await start(platform, 'reject', proxy),
      'anonymous-readonly': await start(platform, 'anonymous-readonly', proxy),
    };
    expect((await browser.post(await url('reject', 'push'))).status).toBe(201);
    await proxy.shut();
  });
  afterAll(async () => {
    await Promise.all(Object.values(apps ?? {}).map((app) => app.close()));
    await proxy?.close();
  });

  const url = async (policy: StoreDownPolicy, path: string): Promise<string> =>
    `${await apps[policy].getUrl()}/${path}`;
  const get = async (policy: StoreDownPolicy, path: string): Promise<Answer> =>
    browser.get(await url(policy, path));
  const call = async (change: Call): Promise<Answer> =>
    browser.post(await url('reject', 'call'), change);

  it('a handler that says nothing follows the option onStoreDown', async () => {
    expect(statusAndCode(await get('reject', 'cart'))).toEqual(UNAVAILABLE);
    const answer = await get('anonymous-readonly', 'cart');
    expect(answer.json()).toEqual({ cart: [], isNew: false, handle: null });
    expect(answer.setCookies).toEqual([]);
  });

  it('a handler with @OnStoreDown follows that', async () => {
    expect((await get('reject', 'currency')).json()).toEqual({ currency: 'EUR' });
    expect(statusAndCode(await get('anonymous-readonly', 'strict'))).toEqual(UNAVAILABLE);
  });

  it('a handler that needs a login is refused with 503, not with 401', async () => {
    expect(statusAndCode(await get('anonymous-readonly', 'me'))).toEqual(UNAVAILABLE);
  });

  it.each(['assign', 'push', 'write'])('a change is an error and not dropped: %s', async (path) => {
    const answer = await browser.post(await url('reject', path));
    expect(statusAndCode(answer)).toEqual(UNAVAILABLE);
    expect(answer.setCookies).toEqual([]);
  });

  it.each(CHANGES.map((change) => [change.name, change] as const))(
    'a change is an error: %s()',
    async (_, change) => {
      const answer = await call(change);
      expect(statusAndCode(answer)).toEqual(UNAVAILABLE);
      expect(answer.setCookies).toEqual([]);
    },
  );

  it('what only reads is served: save() and load() with nothing to do', async () => {
    expect((await call({ name: 'save', args: [] })).json()).toEqual({
      result: { changed: false, durable: false },
    });
    expect((await call({ name: 'load', args: [] })).status).toBe(200);
  });

  it('tokens against CSRF are made, and good for the session when Redis is back', async () => {
    const { token } = (await get('reject', 'csrf')).json<{ token: string }>();
    await proxy.open();
    const headers = { 'sec-fetch-site': undefined, 'x-csrf-token': token };
    let answer: Answer;
    do answer = await browser.post(await url('reject', 'push'), undefined, headers);
    while (answer.status === 503);
    expect(answer.status).toBe(201);
    expect((await get('reject', 'cart')).json()).toMatchObject({ cart: ['lost', 'lost'] });
  });
});

async function start(
  platform: Platform,
  onStoreDown: StoreDownPolicy,
  proxy: RedisProxy,
): Promise<INestApplication> {
  const { nodes, options: way } = proxy.redis;
  // ioredis waits for connections to close also where the proxy has closed them.
  const redisOptions = { ...way.redisOptions, disconnectTimeout: 0 };
  const options = {
    secret: TEST_SECRET,
    keyPrefix: `sess:down-${platform}:`,
    redis: { nodes, options: { ...way, redisOptions } },
  };
  @Module({
    imports: [SessionModule.forRoot({ ...options, onStoreDown })],
    controllers: [ShopController],
  })
  class AppModule {}
  const app =
    platform === 'express'
      ? await NestFactory.create(AppModule, { logger: false })
      : await NestFactory.create(AppModule, new FastifyAdapter() as never, { logger: false });
  await app.listen(0, '127.0.0.1');
  return app;
}
