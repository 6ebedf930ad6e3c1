import { setTimeout as delay } from 'node:timers/promises';
import { clusterNodes, PLATFORMS, startApp, type AppProcess } from '../support/app-process.js';
import { range } from '../support/in-flight.js';
import type { RawAnswer } from '../support/raw-http.js';
import { RedisProxy } from '../support/redis-proxy.js';
import { until } from '../support/until.js';
import { Visitor } from '../support/visitor.js';

const VISITORS = 30;
/** How long replies take: long enough to stop the server while it waits for them. */
const HOLD_MS = 100;

/** Longer than Redis is waited for: by an operation with the default `deadline`, and on a connection without a word (`socketTimeout`). */
const PAUSES = [700, 2500];

describe.each(PLATFORMS)('A server that stood still for a while, on %s', (platform) => {
  let proxy: RedisProxy;
  let server: AppProcess;

  beforeEach(async () => {
    proxy = await RedisProxy.start(clusterNodes());
    server = await startApp({ app: 'parallel', platform, options: { redis: proxy.redis } });
  });

  afterEach(async () => {
    await server.stop();
    await proxy.close();
  });

  /** Stops the server when Redis has been asked for all of this, and lets it go on after a while. */
  async function standStill<R>(milliseconds: number, requests: () => Promise<R>[]): Promise<R[]> {
    proxy.holdReplies(HOLD_MS);
    proxy.traffic = [];
    const answers = requests();
    const asked = answers.length;
    await until('Redis is asked', () => proxy.traffic!.length >= asked);
    process.kill(server.pid, 'SIGSTOP');
    await delay(milliseconds);
    process.kill(server.pid, 'SIGCONT');
    proxy.holdReplies(0);
    return Promise.all(answers);
  }

  it.each(PAUSES)('after %d ms still answers what was asked before', async (milliseconds) => {
    const visitors = await started();
    const answers = await standStill(milliseconds, () =>
      visitors.map((visitor) => visitor.request(`${server.url}/`)),
    );
    expect(answers.map(({ status }) => status)).toEqual(visitors.map(() => 200));
  });

  it.each(PAUSES)('after %d ms has done once what was asked before', async (milliseconds) => {
    const visitors = await started();
    const answers = await standStill(milliseconds, () =>
      visitors.map((visitor) => visitor.request(`${server.url}/increment`, { method: 'POST' })),
    );
    const seen = await Promise.all(visitors.map((visitor) => visitor.request(`${server.url}/`)));
    const counts = seen.map(({ body }) => (JSON.parse(body) as { counter?: number }).counter);
    expect(answers.map(({ status }) => status)).toEqual(visitors.map(() => 201));
    expect(counts).toEqual(visitors.map(() => 1));
  });

  async function started(): Promise<Visitor[]> {
    return Promise.all(
      range(VISITORS).map(async () => {
        const visitor = new Visitor();
        const { status }: RawAnswer = await visitor.request(`${server.url}/start`, {
          method: 'POST',
        });
        expect(status).toBe(201);
        return visitor;
      }),
    );
  }
});
