import type { SessionLimit } from '../../../lib/core/auth/session-limit.js';
import type { SessionToken } from '../../../lib/core/session-token.js';
import type { Session } from '../../../lib/core/session.js';
import { liveOf, TestSessions, type TestSessionsOptions } from '../../support/test-sessions.js';

interface Shop {
  cart: string[];
  visits: number;
}

type ShopSession = Session<Partial<Shop>>;

/** The token of a session that is logged in and holds the values. */
async function loggedIn(
  sessions: TestSessions<Shop>,
  values: Partial<Shop> = {},
): Promise<SessionToken> {
  const session = await sessions.open();
  await session.login('ann');
  Object.assign(session, values);
  await session.save();
  return liveOf(session).token!;
}

/** What another request reads with the token that this one was given. */
async function readAgain(sessions: TestSessions<Shop>, session: ShopSession): Promise<object> {
  return { ...(await sessions.open(liveOf(session).token)) };
}

describe('A login by the first request of a visitor', () => {
  it.each(['deep', 'sum', 'reject'] as const)(
    'stores a kept field as the handler left it, once (merge %s)',
    async (policy) => {
      const merge: TestSessionsOptions['merge'] = { cart: policy, visits: policy };
      const sessions = new TestSessions<Shop>({ merge });
      const session = await sessions.open();
      Object.assign(session, { cart: ['tea'], visits: 1 });
      await session.login('ann', { keep: ['cart', 'visits'] });
      await session.save();
      expect(await readAgain(sessions, session)).toEqual({ cart: ['tea'], visits: 1 });
    },
  );

  it('stores what the handler adds to a kept field afterwards', async () => {
    const sessions = new TestSessions<Shop>();
    const session = await sessions.open();
    session.cart = ['tea'];
    await session.login('ann', { keep: ['cart'] });
    session.cart.push('milk');
    await session.save();
    expect(await readAgain(sessions, session)).toEqual({ cart: ['tea', 'milk'] });
  });
});

describe('A logout that keeps a field', () => {
  it('keeps what another request added to it, also where the handler had looked at it before', async () => {
    const sessions = new TestSessions<Shop>();
    const token = await loggedIn(sessions, { cart: ['tea'] });
    const [mine, other] = [await sessions.open(token), await sessions.open(token)];
    expect(mine.cart).toEqual(['tea']);
    other.cart!.push('milk');
    await other.save();
    await mine.logout({ keep: ['cart'] });
    await mine.save();
    expect(await readAgain(sessions, mine)).toEqual({ cart: ['tea', 'milk'] });
  });
});

describe.each(['logout', 'destroy'] as const)('A %s that a login overtook', (end) => {
  it.each([
    ['the same user', 'ann'],
    ['another user', 'bob'],
  ])(
    'says so, and does not take the token of the new login from the client: %s',
    async (_, user) => {
      const sessions = new TestSessions<Shop>();
      const token = await loggedIn(sessions);
      const [ending, again] = [await sessions.open(token), await sessions.open(token)];
      await again.login(user);
      await expect(ending[end]()).rejects.toMatchObject({
        code: 'SESSION_ENDED',
        reason: 'login',
      });
      expect(liveOf(ending).handout).toBeUndefined();
      expect((await sessions.open(liveOf(again).token)).principal?.id).toBe(user);
    },
  );
});

describe('A limit that is a function', () => {
  const limitOf = (most: SessionLimit['most']): SessionLimit => ({ most, atLimit: 'reject' });

  it('is given the roles that the user has where the login brings none', async () => {
    const asked: (readonly string[])[] = [];
    const limit = limitOf((_, roles) => {
      asked.push(roles);
      return 5;
    });
    const sessions = new TestSessions<Shop>({ limit });
    for (const roles of [['admin'], undefined]) {
      await (await sessions.open()).login('ann', roles && { roles });
    }
    expect(asked).toEqual([['admin'], ['admin']]);
  });

  it.each([NaN, -1, undefined, '5'])(
    'logs nobody in where it returns no count: %s',
    async (count) => {
      const sessions = new TestSessions<Shop>({ limit: limitOf(() => count as number) });
      const session = await sessions.open();
      await expect(session.login('ann')).rejects.toThrow(/maxSessionsPerUser returned no count/);
      expect(session.principal).toBeUndefined();
    },
  );

  it('refuses every login where it returns 0', async () => {
    const session = await new TestSessions<Shop>({ limit: limitOf(() => 0) }).open();
    await expect(session.login('ann')).rejects.toMatchObject({ reason: 'limit' });
  });
});

describe('A request whose session is revoked meanwhile', () => {
  const calls: [name: string, call: (session: ShopSession) => Promise<unknown>][] = [
    ['save', (session) => session.save()],
    ['update', (session) => session.update('cart', () => ['tea'])],
    ['rotate', (session) => session.rotate()],
    ['elevate', (session) => session.elevate({ amr: ['otp'] })],
  ];

  describe.each([
    ['its key is there yet', false],
    ['its key is gone', true],
  ])('while %s', (_, gone) => {
    it.each(calls)('is told so by %s, and is given no token', async (name, call) => {
      const sessions = new TestSessions<Shop>();
      const token = await loggedIn(sessions);
      const session = await sessions.open(token);
      if (name === 'save') session.visits = 1;
      const { store } = sessions;
      const deadline = performance.now() + 1000;
      const removal = { selectors: [token.selector], reason: 'revoked' } as const;
      await store.users.strike(token.home, removal, { id: 'revoke', deadline });
      if (gone) await store.remove(token.home, [token.selector], deadline);

      await expect(call(session)).rejects.toMatchObject({
        code: 'SESSION_ENDED',
        reason: 'revoked',
      });
      expect(liveOf(session).handout).toBeUndefined();
    });
  });
});

describe('Forgetting a user', () => {
  it('names the sessions that had ended before, of which something may be left', async () => {
    const sessions = new TestSessions<Shop>();
    const [left, living] = [await loggedIn(sessions), await loggedIn(sessions)];
    await (await sessions.open(left)).logout();
    const operation = { id: 'forget', deadline: performance.now() + 1000 };
    expect(await sessions.store.users.forget(left.home, operation)).toMatchObject({
      removed: [living.selector],
      ended: [left.selector],
    });
  });
});
