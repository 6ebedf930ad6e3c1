import { waysOut, type WayOut } from '../apps/ways-out/ways.js';
import { clusterNodes, PLATFORMS, startApps, type AppProcess } from '../support/app-process.js';
import { sized } from '../support/test-size.js';
import { headerOf } from '../support/raw-http.js';
import { RedisProxy } from '../support/redis-proxy.js';
import { Visitor } from '../support/visitor.js';

const ROUNDS = sized(1000);
/** Visitors at work at once; each starts a session and then goes on changing it. */
const VISITORS = 20;
const HOLD_MS = 20;

describe.each(PLATFORMS)('Write, then go on at another server, on %s', (platform) => {
  let proxy: RedisProxy;
  let servers: AppProcess[];
  let count = 0;

  const start = async (deadline: string): Promise<void> => {
    proxy = await RedisProxy.start(clusterNodes());
    const options = { redis: proxy.redis, deadline };
    servers = await startApps(2, { app: 'ways-out', platform, options });
  };

  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
    await proxy.close();
  };

  /** Writes on the first server by this way out. */
  async function write(visitor: Visitor, way: WayOut) {
    const mark = `${way.path}-${++count}.`;
    const elsewhere = `${servers[1]!.url}/ways/mark`;
    const url = `${servers[0]!.url}/ways/${way.path}?mark=${mark}&next=${encodeURIComponent(elsewhere)}`;
    const answer = await visitor.request(url, way.method ? { method: way.method } : {});
    return { mark, answer, elsewhere };
  }

  describe('with every reply of Redis held back', () => {
    // A deadline that no starved machine comes near: here it is the order that counts.
    beforeAll(async () => {
      await start('10s');
      proxy.holdReplies(HOLD_MS);
    });
    afterAll(stop);

    it.each(waysOut(platform))(
      `after $title ${ROUNDS} times nothing stale is read, and no byte is seen before the commit's reply left Redis`,
      async (way) => {
        const seen = { stale: 0, early: 0, failed: 0 };
        let shortest = Infinity;
        await inParallel(VISITORS, async () => {
          const visitor = new Visitor();
          for (let round = 0; round < ROUNDS / VISITORS; round++) {
            const { mark, answer, elsewhere } = await write(visitor, way);
            const passedOn = proxy.replyTo(mark)?.passedOn;
            if (passedOn === undefined || answer.firstByteAt <= passedOn) seen.early++;
            else shortest = Math.min(shortest, Number(answer.firstByteAt - passedOn) / 1e6);
            if (answer.status !== way.status) seen.failed++;
            const next = way.marks === 'location' ? headerOf(answer, 'Location')! : elsewhere;
            const read = await visitor.request(next);
            if (read.status !== 200) seen.failed++;
            else if (read.body !== JSON.stringify({ mark })) seen.stale++;
          }
        });
        proxy.scriptReplies.length = 0;
        console.log(
          `${platform}, ${way.title}: ${ROUNDS} writes, ${seen.stale} stale, ${seen.early} early; ` +
            `the head came ${shortest.toFixed(2)} ms after the commit's reply at the soonest`,
        );
        expect(seen).toEqual({ stale: 0, early: 0, failed: 0 });
      },
      300_000,
    );
  });

  describe('with every reply of a script cut off after it has run', () => {
    let executedInAll = 0;

    beforeAll(async () => {
      await start('250ms');
      proxy.cutReplies(1);
    });
    afterAll(stop);

    it.each(waysOut(platform))(
      'after $title no success is told',
      async (way) => {
        let executed = 0;
        const answers: unknown[] = [];
        await inParallel(2, async () => {
          for (let round = 0; round < sized(10); round++) {
            const { mark, answer } = await write(new Visitor(), way);
            if (proxy.replyTo(mark)) executed++;
            answers.push({ status: answer.status, retryAfter: headerOf(answer, 'Retry-After') });
          }
        });
        console.log(
          `${platform}, ${way.title}: ${answers.length} writes, ${executed} of them executed, none of them acknowledged`,
        );
        const failed = { status: 503, retryAfter: expect.stringMatching(/^[1-3]$/) as string };
        expect(answers).toEqual(answers.map(() => failed));
        executedInAll += executed;
      },
      120_000,
    );

    it('although the writes had been executed', () => {
      expect(executedInAll).toBeGreaterThan(0);
    });
  });
});

async function inParallel(count: number, work: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: count }, work));
}
