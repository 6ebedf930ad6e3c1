import { clusterNodes, PLATFORMS } from '../support/app-process.js';
import { useFleet } from '../support/app-fleet.js';
import { Browser } from '../support/browser.js';
import { inFlight, range } from '../support/in-flight.js';
import { ParallelChanges } from '../support/parallel-changes.js';
import { RedisProxy } from '../support/redis-proxy.js';
import { SIZED_LIMIT, sized } from '../support/test-size.js';
import { until } from '../support/until.js';

const PAIRS = sized(300);
const WRITERS = 50;

describe.each(PLATFORMS)(
  'writes whose replies are lost after Redis ran them, on %s',
  (platform) => {
    let proxies: RedisProxy[];

    beforeAll(async () => {
      proxies = await Promise.all(range(2).map(() => RedisProxy.start(clusterNodes())));
    });

    const fleet = useFleet({
      app: 'parallel',
      platform,
      // Each cut costs a connection and its reconnect, one after another.
      options: (server) => ({ redis: proxies[server]!.redis, deadline: '30s' }),
    });

    afterAll(async () => {
      await Promise.all(proxies.map((proxy) => proxy.close()));
    });

    const cutting = async (every: number, work: () => Promise<void>): Promise<void> => {
      const before = proxies.map(({ cuts }) => cuts);
      for (const proxy of proxies) proxy.cutReplies(every);
      try {
        await work();
      } finally {
        for (const proxy of proxies) proxy.cutReplies(0);
      }
      proxies.forEach(({ cuts }, at) => expect(cuts).toBeGreaterThan(before[at]!));
    };

    it(
      `are neither lost nor doubled: both changes of ${PAIRS} pairs, every third reply cut`,
      async () => {
        const changes = new ParallelChanges(fleet);
        let present: number[] = [];

        await cutting(3, async () => {
          present = await inFlight(4, range(PAIRS), (at) => changes.pair('field', `pair-${at}`));
        });

        expect(changes.failures).toEqual([]);
        expect(present.reduce((a, b) => a + b, 0)).toBe(2 * PAIRS);
      },
      SIZED_LIMIT,
    );

    it(`are neither lost nor doubled: ${WRITERS} equal elements pushed to one array, every third reply cut`, async () => {
      const changes = new ParallelChanges(fleet);
      const browser = await changes.visitor();

      await cutting(3, () => changes.storm(browser, WRITERS, '/push', () => ({ element: 'same' })));

      expect(changes.failures).toEqual([]);
      expect((await changes.stored(browser)).list).toEqual(range(WRITERS).map(() => 'same'));
    });

    it.each([
      ["a field declared 'sum'", '/visit'],
      ['increment', '/increment'],
      ['update', '/update'],
    ])(
      `are neither lost nor doubled: ${WRITERS} times %s, every third reply cut`,
      async (_, path) => {
        const changes = new ParallelChanges(fleet);
        const browser = await changes.visitor();

        await cutting(3, () => changes.storm(browser, WRITERS, path));

        const { visits, counter, tally } = await changes.stored(browser);
        expect(changes.failures).toEqual([]);
        expect(visits ?? counter ?? tally?.count).toBe(WRITERS);
      },
    );

    it.each([
      ['a push of an equal element', '/push', { element: 'same' }],
      ["a field declared 'sum'", '/visit', undefined],
      ['increment', '/increment', undefined],
      ['update', '/update', undefined],
    ])(
      'count once when another server writes between the lost reply and the retry: %s',
      async (_, path, body) => {
        const changes = new ParallelChanges(fleet);
        const browser = await changes.visitor();
        const [proxy] = proxies;
        const cuts = proxy!.cuts;

        proxy!.cutReplies(1);
        const unheard = browser.post(fleet.url(0, path), body);
        await until('the first reply is cut', () => proxy!.cuts > cuts);
        const between = await browser.post(fleet.url(1, path), body);
        proxy!.cutReplies(0);
        const answer = await unheard;

        const { list, visits, counter, tally } = await changes.stored(browser);
        expect([between.status, answer.status]).toEqual([201, 201]);
        expect(visits ?? counter ?? tally?.count ?? list?.length).toBe(2);
      },
    );

    it('leave one session and one cookie when the reply to its creation is cut', async () => {
      const browser = new Browser();
      const before = (await fleet.keys.names()).length;
      const [proxy] = proxies;
      const cuts = proxy!.cuts;

      proxy!.cutReplies(1);
      const unheard = browser.post(fleet.url(0, '/push'), { element: 'first' });
      await until('the first reply is cut', () => proxy!.cuts > cuts);
      proxy!.cutReplies(0);
      const answer = await unheard;

      expect(answer.setCookies).toHaveLength(1);
      expect((await fleet.keys.names()).length).toBe(before + 1);
      expect((await browser.get(fleet.url(1, '/'))).json()).toEqual({ list: ['first'] });
    });
  },
);
