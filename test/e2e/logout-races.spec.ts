import { randomUUID } from 'node:crypto';
import { PLATFORMS } from '../support/app-process.js';
import { useFleet } from '../support/app-fleet.js';
import type { Answer } from '../support/http-client.js';
import { inFlight, range } from '../support/in-flight.js';
import { SeededRandom } from '../support/seeded-random.js';
import { SIZED_LIMIT, sized } from '../support/test-size.js';
import { TokenHolder } from '../support/token-holder.js';
import { until } from '../support/until.js';

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
/** Of logout and of revoke; the other ends take a tenth. */
const PAIRS = sized(5000);
const LONGEST_THOUGHT_MS = 5;

const WRITES = ['assign', 'push', 'update', 'once'];
/** These give the session a new token, so that a logout by the old one is refused where they come first. */
const RENEWALS = ['rotate', 'elevate'];

/** Ways to end a login, and what its holder is told. */
const ENDS = [
  ['logout', 'logout'],
  ['revoke', 'revoked'],
  ['revokeAll', 'revoked'],
  ['disable', 'disabled'],
] as const;
type End = (typeof ENDS)[number][0];

interface Pair {
  readonly way: string;
  readonly key: string;
  readonly written: Answer;
  readonly ended: Answer;
  /** Answers to whatever tokens the client had, on every server, once the end was answered. */
  readonly afterwards: readonly Answer[];
}

describe('With a server on Express and one on Fastify', () => {
  const fleet = useFleet({ app: 'logins', platform: PLATFORMS });
  let users = 0;

  const loggedIn = async (options: object = {}): Promise<{ user: string; holder: TokenHolder }> => {
    const user = `user-${++users}`;
    const holder = new TokenHolder('cookie');
    const body = { act: 'login', args: [user, options] };
    expect((await holder.post(fleet.url(users, '/handler'), body)).status).toBe(200);
    return { user, holder };
  };

  const end = (
    how: End,
    server: number,
    user: string,
    holder: TokenHolder,
    thought = 0,
  ): Promise<Answer> => {
    if (how === 'logout') {
      return holder.post(fleet.url(server, '/handler'), { act: 'logout', thought });
    }
    const handle = holder.token!.slice(21, 37);
    const args = how === 'revoke' ? [user, handle] : [user];
    return new TokenHolder('cookie').post(fleet.url(server, `/registry/${how}`), { args, thought });
  };

  const everywhere = (holders: readonly TokenHolder[], path: string): Promise<Answer[]> =>
    Promise.all(
      holders.flatMap((holder) =>
        range(2).map((server) => holder.ask('GET', fleet.url(server, path))),
      ),
    );

  const race = async (
    how: End,
    way: string,
    at: number,
    thoughts: readonly number[],
  ): Promise<Pair> => {
    const { user, holder } = await loggedIn();
    const [old, writer] = [holder.copy(), holder.copy()];
    const [written, ended] = await Promise.all([
      writer.post(fleet.url(at, `/mine/${way}/${thoughts[0]}`)),
      end(how, at + 1, user, holder, thoughts[1]),
    ]);
    const key = fleet.keys.keyOf(old.token!);
    const tokens = writer.token === old.token ? [old] : [old, writer];
    return { way, key, written, ended, afterwards: await everywhere(tokens, '/me') };
  };

  /** A write whose commit was sent after the end was done must not have been a success. */
  const wasServedLate = ({ written, ended }: Pair): boolean =>
    written.status === 201 &&
    BigInt(written.json<{ sentAt: string }>().sentAt) >
      BigInt(ended.json<{ doneAt: string }>().doneAt);

  it.each(ENDS)(
    `%s: nobody is served after it in ${PAIRS} races with a write, and no key comes back`,
    async (how) => {
      const random = new SeededRandom(SEED);
      const ways = how === 'logout' ? WRITES : [...WRITES, ...RENEWALS];
      const count = how === 'logout' || how === 'revoke' ? PAIRS : Math.ceil(PAIRS / 10);

      const pairs = await inFlight(8, range(count), (at) =>
        race(
          how,
          ways[(at >> 1) % ways.length]!,
          at,
          range(2).map(() => random.next(LONGEST_THOUGHT_MS)),
        ),
      );

      const refused = pairs.filter(({ written }) => written.status === 401).length;
      console.info(`${how} before ${refused} of ${count} writes`);
      expect(pairs.filter(({ ended }) => ended.status !== 200)).toEqual([]);
      expect(pairs.filter(({ written }) => ![201, 401].includes(written.status))).toEqual([]);
      expect(pairs.filter(wasServedLate).map(({ way }) => way)).toEqual([]);
      expect(
        pairs.filter(({ afterwards }) => afterwards.some(({ status }) => status !== 401)),
      ).toEqual([]);
      const keys = new Set(pairs.map(({ key }) => key));
      await until('every ended session is gone', async () => {
        const alive = await fleet.keys.sessions();
        return !alive.some(({ key }) => keys.has(key));
      });
      expect(refused).toBeGreaterThan(0);
      expect(refused).toBeLessThan(count);
    },
    SIZED_LIMIT,
  );

  describe.each(ENDS)('%s', (how, reason) => {
    it.each([...WRITES, ...RENEWALS].map((way, at) => [way, at] as const))(
      'refuses a request that was under way before, and writes after its answer: %s',
      async (way, at) => {
        const { user, holder } = await loggedIn();
        const writer = holder.copy();
        const key = fleet.keys.keyOf(holder.token!);
        const name = randomUUID();
        const writing = writer.post(fleet.url(at, `/held/${way}/${name}`));
        await until('the write is held', async () => {
          const answer = await new TokenHolder('cookie').get(fleet.url(at, `/is-held/${name}`));
          return answer.json<{ held: boolean }>().held;
        });
        expect((await end(how, at + 1, user, holder)).status).toBe(200);

        await new TokenHolder('cookie').post(fleet.url(at, `/release/${name}`));
        const late = await writing;

        expect([late.status, late.json()['reason'], late.setCookies]).toEqual([401, reason, []]);
        expect(await fleet.keys.redis.hget(key, '@s')).toBeNull();
      },
    );
  });

  it(
    `setRoles: every later request obeys in ${sized(500)} races with a write, and the write is kept`,
    async () => {
      const random = new SeededRandom(SEED);
      const thought = (): number => random.next(LONGEST_THOUGHT_MS);

      const races = await inFlight(8, range(sized(500)), async (at) => {
        const { user, holder } = await loggedIn({ roles: ['admin'] });
        const [written, changed] = await Promise.all([
          holder.copy().post(fleet.url(at, `/mine/push/${thought()}`)),
          holder.copy().post(fleet.url(at + 1, '/registry/setRoles'), {
            args: [user, ['customer']],
            thought: thought(),
          }),
        ]);
        const afterwards = await everywhere([holder], '/admin');
        const { cart } = (await holder.get(fleet.url(1, '/'))).json<{ cart?: string[] }>();
        const statuses = [written, changed, ...afterwards].map(({ status }) => status);
        return { statuses, cart };
      });

      expect(races).toEqual(races.map(() => ({ statuses: [201, 200, 403, 403], cart: ['late'] })));
    },
    SIZED_LIMIT,
  );
});
