import { PLATFORMS } from '../support/app-process.js';
import { useFleet } from '../support/app-fleet.js';
import { inFlight, range } from '../support/in-flight.js';
import { ParallelChanges } from '../support/parallel-changes.js';
import { SIZED_LIMIT, sized } from '../support/test-size.js';

const PAIRS = sized(300);
const WRITERS = 50;

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

describe.each(PLATFORMS)('parallel requests on two %s servers', (platform) => {
  const fleet = useFleet({ app: 'parallel', platform });

  it.each([
    ['handlers that declare the session', 'whole'],
    ['handlers that declare one field', 'field'],
  ] as const)(
    `keep both changes of ${PAIRS} pairs on different fields: %s`,
    async (_, way) => {
      const changes = new ParallelChanges(fleet);

      const present = await inFlight(16, range(PAIRS), (at) => changes.pair(way, `pair-${at}`));

      expect(changes.failures).toEqual([]);
      expect(sum(present)).toBe(2 * PAIRS);
    },
    SIZED_LIMIT,
  );

  it(`keep all ${WRITERS} elements pushed to one array, each once`, async () => {
    const changes = new ParallelChanges(fleet);
    const browser = await changes.visitor();

    await changes.storm(browser, WRITERS, '/push', (at) => ({ element: { sku: `sku-${at}` } }));

    const { list } = await changes.stored(browser);
    expect(changes.failures).toEqual([]);
    expect((list as { sku: string }[]).map(({ sku }) => sku).sort()).toEqual(
      range(WRITERS)
        .map((at) => `sku-${at}`)
        .sort(),
    );
  });

  it(`keep all ${WRITERS} equal elements pushed to one array`, async () => {
    const changes = new ParallelChanges(fleet);
    const browser = await changes.visitor();

    await changes.storm(browser, WRITERS, '/push', () => ({ element: { sku: 'same' } }));

    expect(changes.failures).toEqual([]);
    expect((await changes.stored(browser)).list).toEqual(
      range(WRITERS).map(() => ({ sku: 'same' })),
    );
  });

  it.each([
    ["a field declared 'sum'", '/visit'],
    ['increment', '/increment'],
    ['update', '/update'],
  ])(`count exactly to ${WRITERS}: %s`, async (_, path) => {
    const changes = new ParallelChanges(fleet);
    const browser = await changes.visitor();

    await changes.storm(browser, WRITERS, path);

    const { visits, counter, tally } = await changes.stored(browser);
    expect(changes.failures).toEqual([]);
    expect(visits ?? counter ?? tally?.count).toBe(WRITERS);
  });
});
