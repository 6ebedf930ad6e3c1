import { SessionStoreUnavailableError } from '../../lib/core/errors.js';
import { startRedisServer, type RedisTestServer } from '../../lib/testing/index.js';
import { RecordUser } from './record-user.js';
import { RedisUnderTest } from './redis-under-test.js';
import {
  LONG,
  newAddress,
  newDigest,
  newSelector,
  newUserAddress,
  operation,
  put,
  StoreUser,
} from './store-under-test.js';

describe('While Redis is over its maxmemory', () => {
  let server: RedisTestServer;
  let subject: RedisUnderTest;
  const user = new StoreUser(() => subject);
  const records = new RecordUser(user);

  beforeAll(async () => {
    server = await startRedisServer({ config: { 'maxmemory-policy': 'noeviction' } });
    subject = await RedisUnderTest.onServer(server);
  });
  afterAll(async () => {
    await subject?.close();
    await server?.close();
  });
  afterEach(() => fill('0'));

  const fill = (maxmemory: string): Promise<unknown> =>
    server.command('CONFIG', 'SET', 'maxmemory', maxmemory);

  it('sessions are read and kept alive', async () => {
    const { address } = await user.session({ a: '1' });
    await fill('1');
    expect(await user.fields(address)).toEqual({ a: '1' });
    await user.touch(address);
  });

  it.each([
    ['create', () => user.store.create(newAddress(), LONG, new Map([['a', '1']]), operation())],
    [
      'admit',
      () => records.admit(newUserAddress().home, { selector: newSelector(), entry: '1 2' }),
    ],
  ])('what begins something is refused, and nothing of it is there: %s', async (_, begin) => {
    await fill('1');
    const before = await server.command('DBSIZE');
    await expect(begin()).rejects.toBeInstanceOf(SessionStoreUnavailableError);
    expect(await server.command('DBSIZE')).toBe(before);
  });

  it('changes are refused, and the session is as it was', async () => {
    const { address } = await user.session({ a: '1' });
    const key = subject.key(address);
    const before = await subject.client.hgetall(key);
    await fill('1');
    await expect(user.commit(address, [put('a', '2'), put('b', '1')])).rejects.toThrow('OOM');
    await expect(user.store.rotate(address, newDigest(), operation())).rejects.toThrow('OOM');
    expect(await subject.client.hgetall(key)).toEqual(before);
  });

  it.each(['destroy', 'retire'] as const)('sessions end: %s', async (how) => {
    const { address } = await user.session({ a: '1' });
    await fill('1');
    const end =
      how === 'destroy'
        ? user.store.destroy(address, operation())
        : user.store.retire(address, 'login', ['a'], operation());
    expect(await end).toMatchObject({ status: 'applied' });
    expect(await user.read(address)).toMatchObject({ status: 'ended' });
  });

  it.each([
    ['one session', ({ home, names }: Home) => ({ home, selectors: [names[0]!] })],
    ['all of them', ({ home }: Home) => ({ home })],
    ['a disabled user', ({ home }: Home) => ({ home, disabled: 'sealed' })],
  ])('logins are struck off: %s', async (_, removalOf) => {
    const place = await records.home(2);
    const { home, ...removal } = { reason: 'revoked' as const, ...removalOf(place) };
    await fill('1');
    const { removed } = await user.store.users.strike(home, removal, operation());
    expect(removed).toContain(place.names[0]);
  });

  it('roles are taken away, users are forgotten, and everyone is logged out', async () => {
    const { home } = await records.home(1);
    const { users } = user.store;
    await fill('1');
    const roles = new Map([['r' as const, 'sealed']]);
    expect(await users.write(home, roles, operation())).toMatchObject({ applied: true });
    expect(await users.forget(home, operation())).toMatchObject({ applied: true });
    expect(await users.revokeEveryone(operation())).toMatchObject({ applied: true });
  });
});

type Home = Awaited<ReturnType<RecordUser['home']>>;
