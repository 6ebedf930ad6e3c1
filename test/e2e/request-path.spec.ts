import { waysOut, type WayOut } from '../apps/ways-out/ways.js';
import { clusterNodes, PLATFORMS, startApps, type AppProcess } from '../support/app-process.js';
import { headerOf, type RawAnswer } from '../support/raw-http.js';
import { sessionCookies, Visitor } from '../support/visitor.js';

describe.each(PLATFORMS)('The way of a request on %s', (platform) => {
  let servers: AppProcess[];
  let count = 0;

  beforeAll(async () => {
    const redis = { nodes: clusterNodes() };
    servers = await startApps(2, { app: 'ways-out', platform, options: { redis } });
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
  });

  async function leave(
    visitor: Visitor,
    way: WayOut,
  ): Promise<{ mark: string; answer: RawAnswer }> {
    const mark = `mark-${++count}`;
    const next = encodeURIComponent(`${servers[1]!.url}/ways/mark`);
    const url = `${servers[0]!.url}/ways/${way.path}?mark=${mark}&next=${next}`;
    return { mark, answer: await visitor.request(url, way.method ? { method: way.method } : {}) };
  }

  async function markElsewhere(visitor: Visitor): Promise<unknown> {
    return JSON.parse((await visitor.request(`${servers[1]!.url}/ways/mark`)).body);
  }

  describe.each(waysOut(platform))('$title', (way) => {
    it('starts a session that another server knows', async () => {
      const visitor = new Visitor();
      const { mark, answer } = await leave(visitor, way);
      expect(answer.status).toBe(way.status);
      expect(sessionCookies(answer)).toHaveLength(1);
      expect(await markElsewhere(visitor)).toEqual({ mark });
    });

    it('changes a session as another server sees it, and answers as the handler wants', async () => {
      const visitor = new Visitor();
      await leave(visitor, waysOut(platform)[0]!);
      const { mark, answer } = await leave(visitor, way);
      expect(answer).toMatchObject({ status: way.status, complete: true });
      if (way.marks === 'location') expect(headerOf(answer, 'Location')).toContain(mark);
      else if (way.marks === undefined) expect(answer.body).toContain(mark);
      expect(sessionCookies(answer)).toEqual([]);
      expect(await markElsewhere(visitor)).toEqual({ mark });
    });

    it('may not be cached', async () => {
      const { answer } = await leave(new Visitor(), way);
      expect(headerOf(answer, 'Cache-Control')).toContain('no-store');
      expect(headerOf(answer, 'Vary')?.split(/, */)).toContain('Cookie');
    });
  });
});
