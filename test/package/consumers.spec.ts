import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  compileApp,
  installApp,
  startConsumer,
  type Compiler,
  type ConsumerKind,
  type RunningApp,
} from './consumer-app.js';
import { fromOwnPage } from '../support/browser-headers.js';
import { packLibrary } from './packed-library.js';

const KINDS: ConsumerKind[] = [
  { nest: 11, type: 'commonjs', typescript: '~5.9.0', classValidator: '^0.14.0' },
  { nest: 12, type: 'module', typescript: '~6.0.0', classValidator: '^0.15.0' },
];
const COMPILERS: Compiler[] = ['tsc', 'swc'];
const IN_MEMORY = { REDIS_CLUSTER_NODES: '' };

describe('The tarball, installed in an empty app', () => {
  let folder: string;
  let tarball: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nest-session-consumers-'));
    ({ tarball } = await packLibrary(join(folder, 'library')));
  }, 300_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  describe.each(KINDS)('of Nest $nest ($type)', (kind) => {
    let app: string;
    const running: RunningApp[] = [];

    beforeAll(async () => {
      app = join(folder, `nest-${kind.nest}`);
      await installApp(app, kind, tarball);
    }, 300_000);

    afterEach(() => Promise.all(running.splice(0).map((one) => one.stop())));

    async function start(compiler: Compiler, env: Record<string, string>): Promise<RunningApp> {
      const started = await startConsumer(app, compiler, env);
      running.push(started);
      return started;
    }

    describe.each(COMPILERS)('built by %s', (compiler) => {
      beforeAll(() => compileApp(app, kind, compiler), 180_000);

      it('keeps sessions in memory, and the objects of handlers live behind a global ValidationPipe', async () => {
        const server = await start(compiler, IN_MEMORY);
        const cookie = await fillCart(server, 'Item');
        await expectCart(server, cookie);
        expect(server.output()).toBe('');
      });

      it('keeps sessions in Redis Cluster, for all servers', async () => {
        const [first, second] = await Promise.all([start(compiler, {}), start(compiler, {})]);
        const cookie = await fillCart(first, 'Item');
        await expectCart(second, cookie);
        // What the doctor finds in the tests' own cluster is no fault of the package.
        const lines = `${first.output()}${second.output()}`.split('\n');
        expect(lines.filter((line) => line !== '' && !line.includes('SessionDoctor'))).toEqual([]);
      });
    });

    it('works where class-transformer is not installed', async () => {
      await rename(join(app, 'node_modules/class-transformer'), join(app, 'put-away'));
      const server = await start('swc', { ...IN_MEMORY, PIPE: 'none' });
      const cookie = await fillCart(server, 'Object');
      await expectCart(server, cookie);
    });
  });
});

/** @param bodyClass what the pipe makes of the body: shows whether it has run */
async function fillCart({ url }: RunningApp, bodyClass: string): Promise<string> {
  const first = await post(url, { sku: 'tea', quantity: 2 });
  expect(first.answer).toEqual({ live: true, body: bodyClass });
  const second = await post(url, { sku: 'cup', quantity: 1 }, first.cookie);
  expect(second.answer).toEqual({ live: true, body: bodyClass });
  expect(second.cookie).toBe('');
  return first.cookie;
}

async function expectCart({ url }: RunningApp, cookie: string): Promise<void> {
  const items = [
    { sku: 'tea', quantity: 2 },
    { sku: 'cup', quantity: 1 },
  ];
  const field = await fetch(`${url}/cart`, { headers: { cookie } });
  expect(await field.json()).toEqual(items);
  const whole = await fetch(url, { headers: { cookie } });
  expect(await whole.json()).toEqual({
    cart: { items },
    visits: 2,
    handle: expect.stringMatching(/^[\w-]{16}$/) as string,
  });
}

async function post(
  url: string,
  item: object,
  cookie = '',
): Promise<{ answer: unknown; cookie: string }> {
  const response = await fetch(`${url}/cart`, {
    method: 'POST',
    headers: fromOwnPage({ 'content-type': 'application/json', cookie }),
    body: JSON.stringify(item),
  });
  const [set = ''] = response.headers.getSetCookie();
  return { answer: await response.json(), cookie: set.split(';')[0]! };
}
