import { startRedisCluster, type RedisTestCluster } from 'nest-session/testing';
import { PLATFORMS, startApp, type AppProcess } from '../support/app-process.js';
import { sized } from '../support/test-size.js';
import { SessionLoad, summaryOf, type LoadReport } from '../support/session-load.js';
import { placeOf } from '../support/session-place.js';

const VISITORS = 12;

describe('When a master is killed under load', () => {
  let cluster: RedisTestCluster;
  let servers: AppProcess[];
  let report: LoadReport;
  let killedAt: number;
  let affected: Set<number>;

  beforeAll(async () => {
    cluster = await startRedisCluster({ config: { 'cluster-require-full-coverage': 'no' } });
    const options = { redis: { nodes: cluster.addresses } };
    servers = await Promise.all(
      PLATFORMS.map((platform) => startApp({ app: 'ways-out', platform, options })),
    );
    const load = new SessionLoad(servers, VISITORS);
    await load.start();
    await load.rounds(sized(100));
    const masters = await Promise.all(
      load.visitors.map((visitor) => cluster.masterOf(placeOf(visitor).slot)),
    );
    affected = new Set(masters.flatMap((master, id) => (master === masters[0] ? id : [])));
    killedAt = performance.now();
    await cluster.kill(masters[0]!);
    await cluster.waitUntilReady();
    await load.rounds(sized(100));
    report = await load.stop();
  }, 120_000);

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await cluster.close();
  });

  /** Of all visitors with a session: those whose shard lived on. */
  function others(visitors: readonly number[]): number[] {
    return visitors.filter((id) => id >= 0 && !affected.has(id));
  }

  it('sessions on other shards are unaffected', () => {
    expect(affected.size).toBeGreaterThan(0);
    expect(others(report.failures.map(({ visitor }) => visitor))).toEqual([]);
    expect(others(report.stale)).toEqual([]);
  });

  it('nothing wrong is read: no session as missing, none of somebody else, no cookie replaced', () => {
    const { missing, foreign, replaced } = report;
    expect({ missing, foreign, replaced }).toEqual({ missing: [], foreign: [], replaced: [] });
  });

  it('what cannot be served is answered by 503 with Retry-After, never by anything else', () => {
    const answers = report.failures.map(({ status, code, retryAfter }) => ({
      status,
      code,
      retryAfter,
    }));
    const unavailable = {
      status: 503,
      code: 'SESSION_STORE_UNAVAILABLE',
      retryAfter: expect.stringMatching(/^[1-3]$/) as string,
    };
    expect(answers).toEqual(answers.map(() => unavailable));
  });

  it('the sessions of its shard are served again, by its replica', () => {
    const ends = report.failures.map(({ at, took }) => at + took - killedAt);
    const recovery = Math.max(0, ...ends);
    const slowest = Math.max(0, ...report.failures.map(({ took }) => took));
    console.log(
      `master killed under load of ${report.requests} requests: ${summaryOf(report)}; ${affected.size} of ${VISITORS} ` +
        `sessions on its shard; last error ${recovery.toFixed(0)} ms after the kill (cluster-node-timeout 2000); slowest ` +
        `error ${slowest.toFixed(0)} ms, slowest answer ${report.slowest.toFixed(0)} ms; acknowledged writes lost to ` +
        `asynchronous replication: ${report.stale.length}`,
    );
    expect(report.requests).toBeGreaterThan(VISITORS * sized(100) * 2);
  });
});
