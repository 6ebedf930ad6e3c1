import { startRedisCluster, type RedisTestCluster } from 'nest-session/testing';
import { PLATFORMS, startApp, type AppProcess } from '../support/app-process.js';
import { sized } from '../support/test-size.js';
import { SessionLoad, summaryOf, type LoadReport } from '../support/session-load.js';
import { placeOf } from '../support/session-place.js';

const KILLS = 2;
/** Longer than any failover, so that only a wait which was given up too early can fail. */
const FAILOVER_DEADLINE_MS = 30_000;

/** What ioredis does by itself with a command that is answered "CLUSTERDOWN": whoever brings a client of their own may have this. */
const OWN_DEFAULTS = { retryDelayOnClusterDown: 100, maxRedirections: 16 };

describe.each([
  ['the settings of this library', {}],
  ['the defaults of ioredis', OWN_DEFAULTS],
])(
  'When a master is killed and all others stop until its replica takes over, with %s',
  (_, settings) => {
    let cluster: RedisTestCluster;
    let servers: AppProcess[];
    let report: LoadReport;

    beforeAll(async () => {
      cluster = await startRedisCluster({ config: { 'cluster-require-full-coverage': 'yes' } });
      const redis = { nodes: cluster.addresses, options: settings };
      const options = { redis, failoverDeadline: FAILOVER_DEADLINE_MS };
      servers = await Promise.all(
        PLATFORMS.map((platform) => startApp({ app: 'ways-out', platform, options })),
      );
      const load = new SessionLoad(servers, 12);
      await load.start();
      for (let i = 0; i < KILLS; i++) {
        await load.rounds(sized(50));
        const master = await cluster.masterOf(placeOf(load.visitors[i]!).slot);
        await cluster.kill(master);
        await cluster.waitUntilReady();
        await load.rounds(1);
        await cluster.restart(master);
        await cluster.waitUntilReady();
      }
      await load.rounds(sized(50));
      report = await load.stop();
      console.log(
        `${KILLS} masters killed under load of ${report.requests} requests: ${summaryOf(report)}; slowest answer ${report.slowest.toFixed(0)} ms`,
      );
    }, 240_000);

    afterAll(async () => {
      await Promise.all(servers.map((server) => server.stop()));
      await cluster.close();
    });

    it('every request of every shard is answered, as late as the failover', () => {
      expect(report.failures).toHaveLength(0);
    });

    it('no session is read as missing or as of somebody else, and no cookie is replaced', () => {
      const { missing, foreign, replaced } = report;
      expect({ missing, foreign, replaced }).toEqual({ missing: [], foreign: [], replaced: [] });
    });
  },
);
