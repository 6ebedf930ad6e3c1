import { clusterNodes, PLATFORMS, startApp, type AppProcess } from '../support/app-process.js';
import { headerOf, type RawAnswer } from '../support/raw-http.js';
import { RedisProxy } from '../support/redis-proxy.js';
import { until } from '../support/until.js';
import { sessionCookies, Visitor } from '../support/visitor.js';

const TOO_LARGE = `filling=${'x'.repeat(3000)}`;

interface Streams {
  readonly made: number;
  readonly destroyed: number;
}

describe.each(PLATFORMS)('A save that fails on %s', (platform) => {
  let proxy: RedisProxy;
  let server: AppProcess;
  let visitor: Visitor;

  beforeAll(async () => {
    proxy = await RedisProxy.start(clusterNodes());
    const options = { redis: proxy.redis, limits: { session: '2KiB', field: '2KiB' } };
    server = await startApp({ app: 'failed-save', platform, options });
  });

  afterAll(async () => {
    await server.stop();
    await proxy.close();
  });

  beforeEach(async () => {
    // A master that was cut off in several tests is asked only twice a second.
    await until('the store serves', async () => {
      visitor = new Visitor();
      return (await ask('plain/value?mark=kept')).status === 200;
    });
  });

  afterEach(() => proxy.cutReplies(0));

  function ask(path: string): Promise<RawAnswer> {
    return visitor.request(`${server.url}/${path}`);
  }

  const CASES = [
    { from: 'plain', filter: 'global' },
    { from: 'scoped', filter: 'scoped' },
  ].flatMap((row) => ['value', 'awaited'].map((path) => ({ ...row, path })));

  it.each(CASES)(
    'on a returned value ($from/$path) passes through the $filter exception filter, with its cause',
    async ({ from, path, filter }) => {
      const answer = await ask(`${from}/${path}?${TOO_LARGE}`);
      expect(answer.status).toBe(413);
      expect(JSON.parse(answer.body)).toMatchObject({
        filter,
        status: 413,
        cause: 'SessionTooLargeError',
      });
      expect(headerOf(answer, 'Cache-Control')).toBe('no-store');
    },
  );

  it.each(CASES)(
    'for want of a reply ($from/$path) passes through the $filter filter as 503, with Retry-After',
    async ({ from, path, filter }) => {
      proxy.cutReplies(1);
      const answer = await ask(`${from}/${path}?mark=lost`);
      expect(answer.status).toBe(503);
      expect(JSON.parse(answer.body)).toMatchObject({
        filter,
        status: 503,
        cause: 'SessionStoreUnavailableError',
      });
      expect(headerOf(answer, 'Retry-After')).toMatch(/^[1-3]$/);
      expect(sessionCookies(answer)).toEqual([]);
    },
  );

  it.each(['plain', 'scoped'])(
    'where %s app code already wrote, drops the answer for a plain 503',
    async (from) => {
      proxy.cutReplies(1);
      const answer = await ask(`${from}/written?mark=lost`);
      expect(answer).toMatchObject({ status: 503, complete: true });
      expect(JSON.parse(answer.body)).toMatchObject({
        statusCode: 503,
        code: 'SESSION_STORE_UNAVAILABLE',
      });
      expect(headerOf(answer, 'Retry-After')).toMatch(/^[1-3]$/);
      expect(headerOf(answer, 'Content-Type')).toBe('application/json; charset=utf-8');
      expect(headerOf(answer, 'ETag')).toBeUndefined();
      expect(headerOf(answer, 'Content-Encoding')).toBeUndefined();
      expect(sessionCookies(answer)).toEqual([]);
    },
  );

  it('where the app pipes a stream, destroys the stream', async () => {
    const { made, destroyed } = (await server.ask('streams')) as Streams;
    proxy.cutReplies(1);
    const answer = await ask('plain/piped?mark=lost');
    expect(answer).toMatchObject({ status: 503, complete: true });
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'SESSION_STORE_UNAVAILABLE' });
    expect(await server.ask('streams')).toEqual({ made: made + 1, destroyed: destroyed + 1 });
  });

  it('before the piped stream has begun, destroys it too, and the filters answer', async () => {
    const { made, destroyed } = (await server.ask('streams')) as Streams;
    const answer = await ask(`plain/piped?${TOO_LARGE}`);
    expect(answer).toMatchObject({ status: 413, complete: true });
    expect(JSON.parse(answer.body)).toMatchObject({ filter: 'global' });
    expect(await server.ask('streams')).toEqual({ made: made + 1, destroyed: destroyed + 1 });
  });

  it('after the head has left, breaks the answer off', async () => {
    const answer = await ask(`plain/begun?${TOO_LARGE}`);
    expect(answer).toMatchObject({ status: 200, complete: false });
  });

  it.each(['value', 'awaited', 'written', 'piped'])(
    'stores nothing of the refused change (%s)',
    async (path) => {
      await ask(`plain/${path}?mark=lost&${TOO_LARGE}`);
      const stored = JSON.parse((await ask('plain/stored')).body) as unknown;
      expect(stored).toEqual({ mark: 'kept' });
    },
  );
});
