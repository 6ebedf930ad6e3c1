import { startRedisCluster, type RedisTestCluster } from '../../lib/testing/index.js';
import { PLATFORMS } from '../support/app-process.js';
import { useFleet } from '../support/app-fleet.js';
import { Browser } from '../support/browser.js';
import { CommandStats } from '../support/command-stats.js';
import { inFlight, range } from '../support/in-flight.js';
import { until } from '../support/until.js';

const REQUESTS = 20;
const WRITERS = 50;

interface Seen {
  readonly note?: string;
  readonly list?: string[];
  readonly bulk?: number;
  readonly user?: string;
}

/** A cluster of its own: INFO counts what anybody asks of a node. */
let cluster: RedisTestCluster;

beforeAll(async () => {
  cluster = await startRedisCluster();
});

afterAll(async () => {
  await cluster.close();
});

describe.each([
  ['whose fields nobody has named', '0'],
  ['of a class schema', '1'],
])('With localCopy on two servers, a session %s', (_, schema) => {
  const fleet = useFleet({
    app: 'copies',
    platform: PLATFORMS,
    nodes: () => cluster.addresses,
    env: { SCHEMA: schema },
    options: { localCopy: { from: 0 }, limits: { session: '1MiB', field: '1MiB' } },
  });
  let stats: CommandStats;
  let users = 0;

  const url = (server: number, path = '/'): string => fleet.url(server, path);
  const seen = async (browser: Browser, server: number): Promise<Seen> =>
    (await browser.get(url(server))).json();
  const newUser = (): string => `user-${++users}`;

  /** One of whose session both servers have a copy. */
  const visitor = async ({ bytes = 2_000, user = '' } = {}): Promise<Browser> => {
    const browser = new Browser();
    await browser.post(url(0, `/fill/${bytes}`));
    await browser.post(url(0, '/note/first'));
    await browser.post(url(0, '/append/tea'));
    if (user !== '') await browser.post(url(0, `/login/${user}`));
    for (const server of range(2)) {
      expect(await seen(browser, server)).toMatchObject({ note: 'first', bulk: bytes });
    }
    return browser;
  };

  beforeAll(async () => {
    stats = new CommandStats(cluster);
    // Every node must know the scripts, or the first call of each would be sent twice.
    await inFlight(8, range(30), () => visitor({ user: newUser() }));
  });

  it.each([
    ['one HMGET', '', 1],
    ['two HMGET, with a login', 'user', 2],
  ])('is read by %s while it does not change', async (_what, kind, commands) => {
    const browser = await visitor({ user: kind && newUser() });

    const cost = await stats.during(async () => {
      for (const at of range(REQUESTS)) expect((await seen(browser, at)).note).toBe('first');
    });

    expect(cost).toEqual({ hmget: commands * REQUESTS });
  });

  it('costs as many bytes out of Redis with 200 kB as with 2 kB', async () => {
    const bytes: number[] = [];
    for (const size of [2_000, 200_000]) {
      const browser = await visitor({ bytes: size });
      const key = fleet.keys.keyOf(browser.token!);
      const before = await stats.bytesOut(key);
      for (const at of range(REQUESTS)) expect((await seen(browser, at)).bulk).toBe(size);
      bytes.push(Math.round(((await stats.bytesOut(key)) - before) / REQUESTS));
    }

    console.info(`bytes out of Redis for each request: ${bytes.join(' and ')}`);
    expect(Math.max(...bytes)).toBeLessThan(1000);
  });

  it('has on one server what the other has just saved', async () => {
    const browser = await visitor();

    for (const at of range(REQUESTS)) {
      await browser.post(url(at, `/note/note-${at}`));
      expect(await seen(browser, at + 1)).toMatchObject({ note: `note-${at}`, bulk: 2_000 });
    }
    await browser.post(url(0, '/forget-note'));
    expect((await seen(browser, 1)).note).toBeUndefined();
  });

  it('is read by one HMGET behind a save by the same server, and has what was saved', async () => {
    const browser = await visitor();
    await browser.post(url(0, '/note/second'));

    const cost = await stats.during(async () => {
      expect(await seen(browser, 0)).toMatchObject({ note: 'second', bulk: 2_000 });
    });

    expect(cost).toEqual({ hmget: 1 });
  });

  /** Does the work while a request on the first server has changed the session and waits. */
  const whileOneWaits = async (
    browser: Browser,
    end: 'save' | 'drop',
    work: () => Promise<unknown>,
  ): Promise<void> => {
    const answer = browser.post(url(0, `/hold/${end}`));
    try {
      await until(
        'the handler waits',
        async () => (await new Browser().get(url(0, '/is-held'))).json()['held'] === true,
      );
      await work();
    } finally {
      await new Browser().post(url(0, '/release'));
    }
    expect((await answer).status).toBe(201);
  };

  it('has what both servers saved, where one saved between read and save of the other', async () => {
    const browser = await visitor();
    await whileOneWaits(browser, 'save', () => browser.post(url(1, '/append/from-the-other')));

    for (const server of range(2)) {
      const expected = { note: 'held', list: ['tea', 'from-the-other'], bulk: 2_000 };
      expect(await seen(browser, server)).toMatchObject(expected);
    }
  });

  it('does not show one request what another has changed and not saved', async () => {
    const browser = await visitor();
    const saved = { note: 'first', list: ['tea'] };

    await whileOneWaits(browser, 'drop', async () => {
      expect(await seen(browser, 0)).toMatchObject(saved);
    });

    expect(await seen(browser, 0)).toMatchObject(saved);
  });

  it.each([
    [
      'with a version of its own',
      (key: string) => ['HSET', key, 'note', 'theirs', '@v', 'foreign'],
    ],
    [
      'without any version',
      (key: string) => [
        'EVAL',
        "redis.call('HSET', KEYS[1], 'note', 'theirs') return redis.call('HDEL', KEYS[1], '@v')",
        '1',
        key,
      ],
    ],
  ])('has what another language wrote %s', async (_how, command) => {
    const browser = await visitor();
    const [name, ...args] = command(fleet.keys.keyOf(browser.token!));

    await fleet.keys.redis.call(name!, args);

    for (const at of range(4)) expect((await seen(browser, at)).note).toBe('theirs');
    await browser.post(url(0, '/append/coffee'));
    for (const at of range(4)) {
      expect(await seen(browser, at)).toMatchObject({ note: 'theirs', list: ['tea', 'coffee'] });
    }
  });

  it.each(['/destroy', '/logout', '/revoke-all/'])(
    'is over on both servers once one of them was sent POST %s',
    async (path) => {
      const user = newUser();
      const browser = await visitor({ user });
      const keptToken = browser.copy();

      await browser.post(url(0, path === '/revoke-all/' ? `${path}${user}` : path));

      for (const server of range(2)) expect(await seen(keptToken, server)).toEqual({});
    },
  );

  it('is over on both servers once its time is, whatever they have a copy of', async () => {
    const browser = await visitor();
    await fleet.keys.redis.pexpire(fleet.keys.keyOf(browser.token!), 0);

    for (const server of range(2)) expect(await seen(browser, server)).toEqual({});
  });

  it(`loses nothing where ${WRITERS} requests change it at once on both servers`, async () => {
    const browser = await visitor();

    const answers = await Promise.all(
      range(WRITERS).map((at) => browser.post(url(at, `/append/item-${at}`))),
    );

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    const expected = ['tea', ...range(WRITERS).map((at) => `item-${at}`)].sort();
    for (const server of range(2)) {
      expect([...(await seen(browser, server)).list!].sort()).toEqual(expected);
    }
  });
});
