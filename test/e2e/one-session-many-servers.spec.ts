import { PLATFORMS } from '../support/app-process.js';
import { useFleet } from '../support/app-fleet.js';
import { Browser } from '../support/browser.js';
import { inFlight, range } from '../support/in-flight.js';
import { SeededRandom } from '../support/seeded-random.js';
import { SIZED_LIMIT, sized } from '../support/test-size.js';

interface Shop {
  readonly name?: string;
  readonly cart?: readonly { sku: string; quantity: number }[];
  readonly history?: readonly string[];
}

interface Shopper {
  readonly name: string;
  readonly browser: Browser;
  readonly skus: string[];
  readonly pages: string[];
}

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

describe.each(PLATFORMS)('one session on three %s servers', (platform) => {
  const fleet = useFleet({ app: 'shop', platform, servers: 3 });

  const allOf = async ({ browser }: Shopper, server: number): Promise<Shop> =>
    (await browser.get(fleet.url(server, '/'))).json<{ session: Shop }>().session;

  it('is greeted on the first, fills its cart on the second and has its history on the third', async () => {
    const browser = new Browser();

    const greeted = await browser.post(fleet.url(0, '/name/alice'));
    const added = await browser.post(fleet.url(1, '/cart'), { sku: 'book', quantity: 2 });
    const visited = await browser.post(fleet.url(2, '/history/books'));

    expect(greeted.json()).toEqual({ server: 'server-1', name: 'alice' });
    expect(added.json()).toEqual({ server: 'server-2', cart: [{ sku: 'book', quantity: 2 }] });
    expect(visited.json()).toEqual({ server: 'server-3', history: ['books'] });
    for (const server of range(3)) {
      const answer = await browser.get(fleet.url(server, '/'));
      expect(answer.json()).toEqual({
        server: `server-${server + 1}`,
        session: { name: 'alice', cart: [{ sku: 'book', quantity: 2 }], history: ['books'] },
      });
    }
  });

  it('sets its cookie once, and on no later answer of any server', async () => {
    const browser = new Browser();
    const first = await browser.post(fleet.url(0, '/name/bob'));
    const later = [
      await browser.post(fleet.url(1, '/name/bobby')),
      await browser.post(fleet.url(2, '/cart'), { sku: 'pen', quantity: 1 }),
      await browser.get(fleet.url(0, '/')),
    ];

    expect(first.setCookies).toHaveLength(1);
    expect(later.flatMap(({ setCookies }) => setCookies)).toEqual([]);
  });

  it(
    `gives each of ${sized(200)} users at once their own session, over ${sized(1000)} requests in random order`,
    async () => {
      const random = new SeededRandom(SEED);
      const shoppers: Shopper[] = range(sized(200)).map((at) => ({
        name: `user-${at}`,
        browser: new Browser(),
        skus: [],
        pages: [],
      }));
      await Promise.all(
        shoppers.map(({ browser, name }, at) => browser.post(fleet.url(at, `/name/${name}`))),
      );

      const strangers: string[] = [];
      const checkOwn = (shopper: Shopper, own: readonly string[]): void => {
        strangers.push(...own.filter((text) => !text.startsWith(`${shopper.name}-`)));
      };
      const requests = random.shuffled(
        range(sized(1000)).map((at) => ({ at, shopper: shoppers[at % shoppers.length]! })),
      );
      const answers = await inFlight(64, requests, async ({ at, shopper }) => {
        const { browser, name } = shopper;
        const url = (path: string): string => fleet.url(random.next(3), path);
        switch (random.next(3)) {
          case 0: {
            const answer = await browser.get(url('/'));
            const { session } = answer.json<{ session: Shop }>();
            checkOwn(shopper, [`${session.name}-`]);
            checkOwn(
              shopper,
              (session.cart ?? []).map(({ sku }) => sku),
            );
            checkOwn(shopper, session.history ?? []);
            return answer.status === 200;
          }
          case 1: {
            const sku = `${name}-sku-${at}`;
            shopper.skus.push(sku);
            const answer = await browser.post(url('/cart'), { sku, quantity: 1 });
            const skus = answer.json<{ cart: { sku: string }[] }>().cart.map((item) => item.sku);
            checkOwn(shopper, skus);
            return answer.status === 201 && skus.includes(sku);
          }
          default: {
            const page = `${name}-page-${at}`;
            shopper.pages.push(page);
            const answer = await browser.post(url(`/history/${page}`));
            const { history } = answer.json<{ history: string[] }>();
            checkOwn(shopper, history);
            return answer.status === 201 && history.includes(page);
          }
        }
      });

      const wrong = answers.filter((right) => !right).length;
      expect({ seed: SEED, wrong, strangers }).toEqual({ seed: SEED, wrong: 0, strangers: [] });
      const sessions = await Promise.all(shoppers.map((shopper, at) => allOf(shopper, at)));
      expect(
        sessions.map(({ name, cart = [], history = [] }) => ({
          name,
          skus: cart.map(({ sku }) => sku).sort(),
          pages: [...history].sort(),
        })),
      ).toEqual(
        shoppers.map(({ name, skus, pages }) => ({
          name,
          skus: skus.sort(),
          pages: pages.sort(),
        })),
      );
    },
    SIZED_LIMIT,
  );
});
