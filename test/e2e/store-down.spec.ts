import { clusterNodes, PLATFORMS, startApp, type AppProcess } from '../support/app-process.js';
import { headerOf, type RawAnswer } from '../support/raw-http.js';
import { RedisProxy } from '../support/redis-proxy.js';
import { sessionCookies, Visitor } from '../support/visitor.js';

const OUTAGES = [
  {
    what: 'all nodes are dead',
    begin: (proxy: RedisProxy) => proxy.shut(),
    end: (proxy: RedisProxy) => proxy.open(),
  },
  {
    what: 'all nodes hang',
    begin: async (proxy: RedisProxy) => proxy.holdReplies(Infinity),
    end: async (proxy: RedisProxy) => proxy.holdReplies(0),
  },
];

describe.each(PLATFORMS)('On %s', (platform) => {
  let proxy: RedisProxy;
  let server: AppProcess;

  beforeAll(async () => {
    proxy = await RedisProxy.start(clusterNodes());
    server = await startApp({ app: 'ways-out', platform, options: { redis: proxy.redis } });
  });

  afterAll(async () => {
    await server.stop();
    await proxy.close();
  });

  describe.each(OUTAGES)('while $what', ({ begin, end }) => {
    const known = new Visitor();
    const stranger = new Visitor();

    beforeAll(async () => {
      await served(known, 'value?mark=before');
      await begin(proxy);
    });

    afterAll(() => end(proxy));

    it.each(['mark', 'value?mark=lost', 'stream?mark=lost', 'send?mark=lost', 'guarded?mark=lost'])(
      'a visitor with a session gets 503 with Retry-After from %s, never 401, and keeps the cookie',
      async (path) => {
        expectUnavailable(await ask(known, path));
      },
    );

    it('a new visitor gets 503 where something should be stored, and no cookie', async () => {
      expectUnavailable(await ask(stranger, 'value?mark=lost'));
    });

    it('a new visitor is served where nothing is stored', async () => {
      expect((await ask(stranger, 'mark')).status).toBe(200);
    });

    it('routes that use no session are served', async () => {
      expect((await ask(known, 'plain')).status).toBe(200);
    });

    it('many requests at once are all answered', async () => {
      const answers = await Promise.all(Array.from({ length: 100 }, () => ask(known, 'mark')));
      answers.forEach(expectUnavailable);
    });

    it('afterwards the same cookie stands for the same session', async () => {
      await end(proxy);
      expect(JSON.parse((await served(known, 'mark')).body)).toEqual({ mark: 'before' });
    });
  });

  function ask(visitor: Visitor, path: string): Promise<RawAnswer> {
    return visitor.request(`${server.url}/ways/${path}`);
  }

  /** Asks until the store is back; until then every answer has to say so. */
  async function served(visitor: Visitor, path: string): Promise<RawAnswer> {
    for (;;) {
      const answer = await ask(visitor, path);
      if (answer.status === 200) return answer;
      expectUnavailable(answer);
    }
  }
});

function expectUnavailable(answer: RawAnswer): void {
  const { code } = JSON.parse(answer.body) as { code: unknown };
  const retryAfter = headerOf(answer, 'Retry-After');
  expect({ status: answer.status, code, retryAfter }).toEqual({
    status: 503,
    code: 'SESSION_STORE_UNAVAILABLE',
    retryAfter: expect.stringMatching(/^[1-3]$/) as string,
  });
  expect(sessionCookies(answer)).toEqual([]);
}
