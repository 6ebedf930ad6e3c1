import { clusterNodes, startApps, type AppProcess } from '../support/app-process.js';
import type { AppFleet } from '../support/app-fleet.js';
import { inFlight, range } from '../support/in-flight.js';
import { ParallelChanges } from '../support/parallel-changes.js';
import { SessionKeys } from '../support/session-keys.js';
import { SIZED_LIMIT, sized } from '../support/test-size.js';

const PAIRS = sized(300);
const WRITERS = 50;

describe('the same parallel requests on express-session with connect-redis', () => {
  let servers: AppProcess[];
  let keys: SessionKeys;
  let fleet: AppFleet;

  beforeAll(async () => {
    const keyPrefix = `sess:express-session-${process.pid}:`;
    const nodes = clusterNodes();
    servers = await startApps(2, {
      app: 'express-session',
      platform: 'express',
      options: { redis: { nodes }, keyPrefix },
    });
    keys = new SessionKeys(nodes, keyPrefix);
    fleet = { servers, keys, url: (server, path) => `${servers[server % 2]!.url}${path}` };
  });

  afterAll(async () => {
    await keys.close();
    await Promise.all(servers.map((server) => server.stop()));
  });

  it(
    `lose some of the ${2 * PAIRS} changes of pairs on different fields`,
    async () => {
      const changes = new ParallelChanges(fleet);

      const present = await inFlight(16, range(PAIRS), (at) => changes.pair('whole', `pair-${at}`));

      const lost = 2 * PAIRS - present.reduce((a, b) => a + b, 0);
      console.info(`express-session lost ${lost} of ${2 * PAIRS} changes on different fields`);
      expect(changes.failures).toEqual([]);
      expect(lost).toBeGreaterThan(0);
    },
    SIZED_LIMIT,
  );

  it(`lose some of ${WRITERS} elements pushed to one array`, async () => {
    const changes = new ParallelChanges(fleet);
    const browser = await changes.visitor();

    await changes.storm(browser, WRITERS, '/push', (at) => ({ element: at }));

    const lost = WRITERS - (await changes.stored(browser)).list!.length;
    console.info(`express-session lost ${lost} of ${WRITERS} pushes`);
    expect(changes.failures).toEqual([]);
    expect(lost).toBeGreaterThan(0);
  });

  it(`lose some of ${WRITERS} visits`, async () => {
    const changes = new ParallelChanges(fleet);
    const browser = await changes.visitor();

    await changes.storm(browser, WRITERS, '/visit');

    const lost = WRITERS - (await changes.stored(browser)).visits!;
    console.info(`express-session lost ${lost} of ${WRITERS} visits`);
    expect(changes.failures).toEqual([]);
    expect(lost).toBeGreaterThan(0);
  });
});
