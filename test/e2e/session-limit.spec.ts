import { PLATFORMS } from '../support/app-process.js';
import { useFleet, type AppFleet } from '../support/app-fleet.js';
import type { Answer } from '../support/http-client.js';
import { range } from '../support/in-flight.js';
import { SIZED_LIMIT, sized } from '../support/test-size.js';
import { TokenHolder } from '../support/token-holder.js';
import { until } from '../support/until.js';

const LIMIT = 5;
const LOGINS = 20;
const ROUNDS = sized(50);
const IDLE_MS = 1_800_000;

/** A server on each platform, and what clients and administrators do there. */
class Logins {
  #users = 0;

  constructor(readonly fleet: AppFleet) {}

  newUser(): string {
    return `user-${++this.#users}`;
  }

  async login(user: string, server = 0, options: object = {}): Promise<[TokenHolder, Answer]> {
    const holder = new TokenHolder('cookie');
    const body = { act: 'login', args: [user, options] };
    return [holder, await holder.post(this.fleet.url(server, '/handler'), body)];
  }

  /** Logs a user in so many times, one after the other. */
  async logins(user: string, count: number, options?: object): Promise<TokenHolder[]> {
    const holders: TokenHolder[] = [];
    for (const at of range(count)) {
      const [holder, { status }] = await this.login(user, at, options);
      expect(status).toBe(200);
      holders.push(holder);
    }
    return holders;
  }

  /** For each client what it is told when it comes back: 'alive', or why it is not let in. */
  async told(holders: readonly TokenHolder[], server = 1): Promise<string[]> {
    const answers = await Promise.all(
      holders.map((holder) => holder.copy().get(this.fleet.url(server, '/me'))),
    );
    return answers.map((answer) =>
      answer.status === 200
        ? 'alive'
        : `${answer.status} ${answer.json<{ reason: string }>().reason}`,
    );
  }

  async count(user: string, server = 1): Promise<number> {
    const answer = await new TokenHolder('cookie').post(this.fleet.url(server, '/registry/count'), {
      args: [user],
    });
    return answer.json<{ result: number }>().result;
  }

  /** Keys of the user's sessions, of all that lie with this one. */
  async keysBeside({ token }: TokenHolder): Promise<string[]> {
    const stored = await this.fleet.keys.sessions();
    return stored.map(({ key }) => key).filter((key) => key.includes(`{${token!.slice(1, 21)}}`));
  }
}

function useLogins(atLimit: 'evict-oldest' | 'evict-idle' | 'reject', env = {}): Logins {
  const maxSessionsPerUser = { limit: LIMIT, atLimit };
  return new Logins(
    useFleet({ app: 'logins', platform: PLATFORMS, options: { maxSessionsPerUser }, env }),
  );
}

describe('A limit on the sessions of a user', () => {
  const oldest = useLogins('evict-oldest');
  const idle = useLogins('evict-idle');
  const reject = useLogins('reject');

  it.each([
    ['evict-oldest', oldest, 200, '401 evicted'],
    ['evict-idle', idle, 200, '401 evicted'],
    ['reject', reject, 403, '401 none'],
  ] as const)(
    `%s: of ${LOGINS} logins at once on two servers exactly ${LIMIT} live, in each of ${ROUNDS} rounds`,
    async (_, logins, status, otherwise) => {
      for (let round = 0; round < ROUNDS; round++) {
        const user = logins.newUser();
        const done = await Promise.all(range(LOGINS).map((at) => logins.login(user, at)));
        const holders = done.map(([holder]) => holder);
        const statuses = done.map(([, answer]) => answer.status);

        expect(statuses.filter((each) => each === 200).length).toBe(
          status === 200 ? LOGINS : LIMIT,
        );
        expect(statuses.filter((each) => ![200, status].includes(each))).toEqual([]);
        for (const server of [0, 1]) {
          const told = await logins.told(holders, server);
          expect(told.filter((each) => each === 'alive').length).toBe(LIMIT);
          expect(told.filter((each) => !['alive', otherwise].includes(each))).toEqual([]);
          expect(await logins.count(user, server)).toBe(LIMIT);
        }
        const first = holders.find(({ token }) => token !== undefined)!;
        await until('only living sessions are kept', async () => {
          return (await logins.keysBeside(first)).length === LIMIT;
        });
      }
    },
    SIZED_LIMIT,
  );

  it('evict-oldest ends the one that began first, tells its client why, and the new one which it was', async () => {
    const user = oldest.newUser();
    const holders = await oldest.logins(user, LIMIT);
    const [holder, answer] = await oldest.login(user, 1);

    expect(answer.json()['evicted']).toEqual([holders[0]!.token!.slice(21, 37)]);
    for (const server of [0, 1]) {
      expect(await oldest.told([...holders, holder], server)).toEqual([
        '401 evicted',
        ...range(LIMIT).map(() => 'alive'),
      ]);
    }
  });

  it('evict-idle ends the one that nobody has used for longest', async () => {
    const user = idle.newUser();
    const holders = await idle.logins(user, LIMIT);
    const { redis } = idle.fleet.keys;
    const key = idle.fleet.keys.keyOf(holders[3]!.token!);
    await redis.hset(key, '@t', Number(await redis.hget(key, '@t')) - IDLE_MS / 2);

    const [holder] = await idle.login(user, 1);

    expect(await idle.told([...holders, holder])).toEqual([
      'alive',
      'alive',
      'alive',
      '401 evicted',
      'alive',
      'alive',
    ]);
  });

  it('reject refuses the login, keeps nothing of it, and leaves the others as they are', async () => {
    const user = reject.newUser();
    const holders = await reject.logins(user, LIMIT);

    const [holder, refused] = await reject.login(user, 1);

    expect([refused.status, refused.json()]).toMatchObject([403, { reason: 'limit' }]);
    expect([holder.token, refused.setCookies]).toEqual([undefined, []]);
    await until('nothing is left of the refused login', async () => {
      return (await reject.keysBeside(holders[0]!)).length === LIMIT;
    });
    expect(await reject.told(holders)).toEqual(holders.map(() => 'alive'));
  });

  it('reject leaves a visitor who is refused as they were', async () => {
    const user = reject.newUser();
    await reject.logins(user, LIMIT);
    const visitor = new TokenHolder('cookie');
    await visitor.post(reject.fleet.url(0, '/leave/tea'));
    const before = visitor.token;

    const body = { act: 'login', args: [user, { keep: ['cart'] }] };
    expect((await visitor.post(reject.fleet.url(1, '/handler'), body)).status).toBe(403);

    expect(visitor.token).toBe(before);
    const { cart, note } = (await visitor.get(reject.fleet.url(0, '/'))).json<{
      cart: string[];
      note: string;
    }>();
    expect({ cart, note }).toEqual({ cart: ['tea'], note: 'tea' });
  });

  it.each([
    ['ran out of their idle time', 'expire'],
    ['were destroyed', 'destroy'],
    ['were logged out', 'logout'],
    ['were revoked', 'revokeAll'],
  ] as const)('reject counts no sessions that %s', async (_, how) => {
    const user = reject.newUser();
    const ended = await reject.logins(user, LIMIT);
    const { keys } = reject.fleet;
    if (how === 'revokeAll') {
      await ended[0]!.copy().post(reject.fleet.url(0, '/registry/revokeAll'), { args: [user] });
    }
    await Promise.all(
      ended.map(async (holder) => {
        if (how === 'expire') {
          const key = keys.keyOf(holder.token!);
          await keys.redis.pexpire(key, 1);
          await until('the session has ended', async () => !(await keys.redis.exists(key)));
        } else if (how !== 'revokeAll') {
          const { status } = await holder
            .copy()
            .post(reject.fleet.url(0, '/handler'), { act: how });
          expect(status).toBe(200);
        }
      }),
    );

    const done = await Promise.all(range(LIMIT).map((at) => reject.login(user, at)));

    expect(done.map(([, { status }]) => status)).toEqual(done.map(() => 200));
    expect((await reject.login(user))[1].status).toBe(403);
    const gone = ended[0]!.token!.slice(21, 37);
    const record = `${keys.prefix}{${ended[0]!.token!.slice(1, 21)}}:user`;
    expect((await keys.redis.hget(record, `s:${gone}`)) ?? 'dropped').not.toMatch(/^\d/);
  });

  describe('that is a function of user and roles', () => {
    const byRole = useLogins('evict-oldest', { LIMIT_BY_ROLE: '1' });

    it('holds for the roles that the login brings', async () => {
      const user = byRole.newUser();
      const holders = await byRole.logins(user, 3, { roles: ['customer'] });
      expect(await byRole.told(holders)).toEqual(['401 evicted', 'alive', 'alive']);
    });

    it('holds for the roles that the user has, where the login brings none', async () => {
      const user = byRole.newUser();
      const holders = await byRole.logins(user, 1, { roles: ['admin'] });
      holders.push(...(await byRole.logins(user, 1)));
      expect(await byRole.told(holders)).toEqual(['401 evicted', 'alive']);
    });
  });
});
