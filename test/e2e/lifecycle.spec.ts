import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { SessionStoreUnavailableError, type SessionModuleOptionsInput } from '../../lib/index.js';
import { TEST_SECRET, type Platform } from '../apps/app-config.js';
import { createModule } from '../apps/shop.app.js';
import { clusterNodes, PLATFORMS, startApp } from '../support/app-process.js';
import { Browser } from '../support/browser.js';
import { range } from '../support/in-flight.js';
import { runToItsEnd } from '../support/plain-process.js';
import { SessionKeys } from '../support/session-keys.js';
import { until } from '../support/until.js';

const BOOT_LIMIT_MS = 5000;
const REFUSED = [
  { host: '127.0.0.1', port: 1 },
  { host: '127.0.0.1', port: 2 },
];

const createApp = async (
  platform: Platform,
  options: Partial<SessionModuleOptionsInput>,
): Promise<INestApplication> => {
  const config = { app: 'shop', platform };
  const module = createModule(config, { secret: TEST_SECRET, ...options }) as Type;
  const nestOptions = { logger: false, abortOnError: false } as const;
  if (platform === 'express') return NestFactory.create(module, nestOptions);
  return NestFactory.create(module, new FastifyAdapter() as never, nestOptions);
};

describe.each(PLATFORMS)('the life of an app on %s', (platform) => {
  const prefix = `sess:lifecycle-${platform}-${process.pid}`;
  let keys: SessionKeys;

  beforeAll(() => {
    keys = new SessionKeys(clusterNodes(), prefix);
  });

  afterAll(async () => {
    await keys.expectSoundKeys();
    await keys.close();
  });

  const options = (name: string) => ({
    redis: { nodes: clusterNodes() },
    keyPrefix: `${prefix}-${name}:`,
    deadline: '10s' as const,
  });

  it('leaves no handle open after app.close(): the process ends by itself', async () => {
    const end = await runToItsEnd('closing', {
      app: 'shop',
      platform,
      options: options('close'),
      path: '/name/alice',
      ending: 'close',
    });

    expect(end).toEqual({ code: 0, signal: null, output: '201\nclosed\n' });
  });

  it('leaves none open either where a login was waited for on a connection of its own', async () => {
    const end = await runToItsEnd('closing', {
      app: 'auth',
      platform,
      options: options('close-login'),
      path: '/login/ann',
      ending: 'close',
    });

    expect(end).toEqual({ code: 0, signal: null, output: '200\nclosed\n' });
  });

  it('leaves none open where all servers hear its events and ends are told of', async () => {
    const end = await runToItsEnd('closing', {
      app: 'shop',
      platform,
      options: { ...options('close-events'), events: { cluster: true, expired: true } },
      path: '/name/alice',
      ending: 'close',
    });

    expect(end).toEqual({ code: 0, signal: null, output: '201\nclosed\n' });
  });

  it('leaves none open either where it is asking who owns which slots as it closes', async () => {
    const end = await runToItsEnd('closing', {
      app: 'shop',
      platform,
      options: {
        ...options('close-refresh'),
        redis: { nodes: clusterNodes(), options: { slotsRefreshInterval: 1 } },
      },
      path: '/name/alice',
      ending: 'close',
    });

    expect(end).toEqual({ code: 0, signal: null, output: '201\nclosed\n' });
  });

  it('ends by itself on SIGTERM', async () => {
    const end = await runToItsEnd('closing', {
      app: 'shop',
      platform,
      options: options('signal'),
      path: '/name/alice',
      ending: 'SIGTERM',
    });

    expect(end).toEqual({ code: null, signal: 'SIGTERM', output: '201\nclosed\n' });
  });

  it('answers what is under way when SIGTERM comes, and saves it', async () => {
    const server = await startApp({ app: 'races', platform, options: options('under-way') });
    const browser = new Browser();
    await browser.post(`${server.url}/start`);
    const key = new SessionKeys(clusterNodes(), `${prefix}-under-way:`);

    const slow = browser.post(`${server.url}/slow/assign/300`);
    await browser.get(server.url);
    await server.stop();

    expect((await slow).status).toBe(201);
    expect(await key.fieldsOf(browser.token!)).toMatchObject({ note: 'late' });
    await key.close();
  });

  it('under load ends by itself on SIGTERM, and whatever it has acknowledged is saved', async () => {
    const server = await startApp({ app: 'shop', platform, options: options('load') });
    const key = new SessionKeys(clusterNodes(), `${prefix}-load:`);
    const browsers = range(20).map(() => new Browser());
    const acknowledged = new Map<Browser, number>();
    let answers = 0;
    const work = browsers.map(async (browser) => {
      for (let n = 1; ; n++) {
        const answer = await browser.post(`${server.url}/name/visit-${n}`).catch(() => undefined);
        // Nothing listens any more; and Fastify says so to who is connected yet.
        if (!answer || answer.status === 503) return;
        answers++;
        expect(answer.status).toBe(201);
        acknowledged.set(browser, n);
      }
    });
    await until('it is under load', () => answers > 200);

    await server.stop();
    await Promise.all(work);

    const stored = await Promise.all(browsers.map(({ token }) => key.fieldsOf(token!)));
    expect(acknowledged.size).toBe(browsers.length);
    browsers.forEach((browser, at) => {
      // A change whose answer was lost may be there or not.
      const last = acknowledged.get(browser)!;
      expect([`visit-${last}`, `visit-${last + 1}`]).toContain(stored[at]!['name']);
    });
    await key.close();
  });

  it('is one of two in one process: each has its own sessions, cookie and end', async () => {
    const shops = await Promise.all([
      createApp(platform, options('first')),
      createApp(platform, {
        ...options('second'),
        cookie: { name: '__Host-second' },
        secret: 'another-secret-9fK2mX7qL4wR8tZ1vB6nC3yH5',
      }),
    ]);
    await Promise.all(shops.map((shop) => shop.listen(0, '127.0.0.1')));
    const [first, second] = await Promise.all(shops.map((shop) => shop.getUrl()));
    const browser = new Browser();

    await browser.post(`${first}/name/alice`);
    await browser.post(`${second}/name/bob`);
    const answers = [await browser.get(`${first}/`), await browser.get(`${second}/`)];
    await shops[0].close();
    const alone = await browser.get(`${second}/`);
    await shops[1].close();

    expect(answers.map((answer) => answer.json<{ session: object }>().session)).toEqual([
      { name: 'alice' },
      { name: 'bob' },
    ]);
    expect(alone.json<{ session: object }>().session).toEqual({ name: 'bob' });
  });

  describe('without a cluster', () => {
    let silent: Server;
    const sockets = new Set<Socket>();

    beforeAll(async () => {
      silent = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
      await once(silent, 'listening');
    });

    afterAll(async () => {
      for (const socket of sockets) socket.destroy();
      silent.close();
      await once(silent, 'close');
    });

    it.each([
      ['refuse connections', () => REFUSED],
      [
        'take connections and say nothing',
        () => [{ host: '127.0.0.1', port: (silent.address() as AddressInfo).port }],
      ],
      ['have names that nobody knows', () => [{ host: 'no-such-host.invalid', port: 6379 }]],
    ])('fails within 5 s and names the nodes, where they %s', async (_, nodesOf) => {
      const nodes = nodesOf();
      const started = performance.now();

      const failure = await createApp(platform, { redis: { nodes } })
        .then(async (app) => app.init())
        .then(
          () => undefined,
          (error: unknown) => error,
        );

      expect(performance.now() - started).toBeLessThan(BOOT_LIMIT_MS);
      expect(failure).toBeInstanceOf(SessionStoreUnavailableError);
      for (const { host, port } of nodes) {
        expect((failure as Error).message).toContain(`${host}:${port}`);
      }
    });
  });
});
