import { gunzipSync } from 'node:zlib';
import { clusterNodes, PLATFORMS, startApp, type AppProcess } from '../support/app-process.js';
import { headerOf, headersOf, type RawAnswer } from '../support/raw-http.js';
import { sessionCookies, Visitor } from '../support/visitor.js';

const COOKIES = ['a=1; Path=/', 'b=2; Path=/'];

describe.each(PLATFORMS)('Headers of a response on %s', (platform) => {
  let server: AppProcess;

  beforeAll(async () => {
    const options = { redis: { nodes: clusterNodes() } };
    server = await startApp({ app: 'headers', platform, options });
  });

  afterAll(() => server.stop());

  function ask(
    path: string,
    visitor: Visitor = new Visitor(),
    headers: Record<string, string> = {},
    method?: string,
  ): Promise<RawAnswer> {
    return visitor.request(`${server.url}/${path}`, { headers, ...(method ? { method } : {}) });
  }

  function expectUncacheable(answer: RawAnswer): void {
    expect(headersOf(answer, 'Cache-Control')).toEqual(['no-store']);
    expect(headerOf(answer, 'Vary')?.split(/, */)).toContain('Cookie');
  }

  it.each([
    'write-head-object',
    'write-head-flat',
    'write-head-pairs',
    'write-head-reason',
    'write-head-over-set',
    'set-header',
    'append-header',
    'adapter',
    'not-modified',
  ])('keep the own cookies of the app beside the one of the session (%s)', async (path) => {
    const visitor = new Visitor();
    const first = await ask(path, visitor);
    const others = headersOf(first, 'Set-Cookie').filter((line) => /^[ab]=/.test(line));
    expect(others).toEqual(COOKIES);
    expect(sessionCookies(first)).toHaveLength(1);
    expect(headersOf(first, 'Set-Cookie')).toHaveLength(3);
    expect(headersOf(first, 'X-App')).toEqual(['yes']);
    const again = await ask(path, visitor);
    expect(headersOf(again, 'Set-Cookie')).toEqual(COOKIES);
    expectUncacheable(again);
    expect(JSON.parse((await ask('read', visitor)).body)).toEqual({ visits: 2 });
  });

  it('are the same for HEAD, without the body', async () => {
    const visitor = new Visitor();
    const answer = await ask('adapter', visitor, {}, 'HEAD');
    expect(answer.body).toBe('');
    expect(headersOf(answer, 'Set-Cookie')).toHaveLength(3);
    expect(JSON.parse((await ask('read', visitor)).body)).toEqual({ visits: 1 });
  });

  it.each(['large', 'write-head-object', 'write-head-flat', 'adapter'])(
    'and the body survive middleware that compresses, patched in before (%s)',
    async (path) => {
      const visitor = new Visitor();
      const answer = await ask(path, visitor, { 'X-Compress': 'yes' });
      expect(answer).toMatchObject({ status: 200, complete: true });
      expect(headerOf(answer, 'Content-Encoding')).toBe('gzip');
      expect(headersOf(answer, 'X-App')).toEqual(['yes']);
      expect(sessionCookies(answer)).toHaveLength(1);
      const body = gunzipSync(Buffer.from(answer.body, 'latin1')).toString();
      const plain = await ask(path, visitor);
      expect(body).toBe(plain.body);
      expect(JSON.parse((await ask('read', visitor)).body)).toEqual({ visits: 2 });
    },
  );

  it.each(['public', 'write-head-public', 'error', 'read'])(
    'forbid caching, whatever the app says (%s)',
    async (path) => {
      const visitor = new Visitor();
      expectUncacheable(await ask(path, visitor));
      expectUncacheable(await ask(path, visitor));
    },
  );

  it("may say 'private, no-cache' in place of 'no-store'", async () => {
    const answer = await ask('private');
    expect(headersOf(answer, 'Cache-Control')).toEqual(['private, no-cache']);
  });

  it.each(['public', 'write-head-public'])("keep the app's own Vary (%s)", async (path) => {
    expect(headerOf(await ask(path), 'Vary')?.split(/, */)).toEqual(['Accept-Encoding', 'Cookie']);
  });

  it('leave a Vary of all alone', async () => {
    expect(headersOf(await ask('vary-all'), 'Vary')).toEqual(['*']);
  });

  it('of routes that use no session stay as they are', async () => {
    const answer = await ask('undeclared');
    expect(headersOf(answer, 'Cache-Control')).toEqual(['public, max-age=60']);
    expect(headersOf(answer, 'Vary')).toEqual([]);
    expect(headersOf(answer, 'Set-Cookie')).toEqual([]);
  });

  // Fastify makes no ETag.
  if (platform === 'express') {
    it('not modified by ETag still carry a new session', async () => {
      const etag = headerOf(await ask('large'), 'ETag')!;
      const visitor = new Visitor();
      const answer = await ask('large', visitor, { 'If-None-Match': etag });
      expect(answer.status).toBe(304);
      expectUncacheable(answer);
      expect(sessionCookies(answer)).toHaveLength(1);
      expect(JSON.parse((await ask('read', visitor)).body)).toEqual({ visits: 1 });
    });
  }
});
