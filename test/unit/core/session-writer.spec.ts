import {
  SessionClosedError,
  SessionEndedError,
  SessionInvalidError,
  SessionTooLargeError,
} from '../../../lib/core/errors.js';
import type { LiveSession } from '../../../lib/core/live-session.js';
import type { SessionToken } from '../../../lib/core/session-token.js';
import { createSessionView } from '../../../lib/core/session-view.js';
import type { Session } from '../../../lib/core/session.js';
import { liveOf, TestSessions, type TestSessionsOptions } from '../../support/test-sessions.js';

interface Shop {
  name: string;
  visits: number;
  cart: string[];
  prices: Record<string, number>;
}

function testSessions(options?: TestSessionsOptions): TestSessions<Shop> {
  return new TestSessions<Shop>(options);
}

/** What a request holds that has written a field and read nothing. */
function written(
  { manager }: TestSessions<Shop>,
  token: SessionToken | undefined,
  field: keyof Shop,
  value: unknown,
): LiveSession {
  const live = manager.unasked(token);
  live.overwrite(field, value);
  return live;
}

function viewOf(live: LiveSession): Session<Partial<Shop>> {
  return createSessionView<Partial<Shop>>(live);
}

async function member(sessions: TestSessions<Shop>): Promise<SessionToken> {
  const session = await sessions.open();
  await session.login('ann');
  return liveOf(session).token!;
}

describe('A field that is written without being read', () => {
  it('is sent with nothing to compare, whatever its merge policy', async () => {
    for (const policy of ['deep', 'sum', 'last-write', 'reject'] as const) {
      const sessions = testSessions({ merge: { prices: policy } });
      const token = await sessions.stored({ prices: { tea: 3 } });

      await written(sessions, token, 'prices', { milk: 1 }).flush();

      expect(sessions.store.commits).toEqual([
        [{ field: 'prices', text: '{"milk":1}', base: undefined }],
      ]);
      expect(await sessions.texts(token)).toEqual({ prices: '{"milk":1}' });
    }
  });

  it('is saved as it is when the handler is done, once', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ cart: [] });
    const cart = ['milk'];
    const live = written(sessions, token, 'cart', cart);
    cart.push('tea');

    await live.flush();
    await live.flush();

    expect(live.unsaved).toBe(false);
    expect(sessions.store.commits).toHaveLength(1);
    expect(await sessions.texts(token)).toEqual({ cart: '["milk","tea"]' });
  });

  it('is saved again where it was set again while a save was under way', async () => {
    const sessions = testSessions({ merge: { name: 'reject' } });
    const token = await sessions.stored({ name: 'Ann' });
    const live = written(sessions, token, 'name', 'Ben');
    const saving = live.flush();
    while (sessions.store.commits.length === 0) await Promise.resolve();
    live.overwrite('name', 'Cleo');
    await saving;
    await sessions.put(token, 'name', 'Dan');

    await live.flush();

    expect(await sessions.texts(token)).toEqual({ name: 'Cleo' });
  });

  it('is saved also where the request had read the same value, and another one has changed it since', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann' });
    const session = await sessions.open(token);
    expect(session.name).toBe('Ann');
    await sessions.put(token, 'name', 'Dan');

    liveOf(session).overwrite('name', 'Ann');
    await session.save();

    expect(await sessions.texts(token)).toEqual({ name: 'Ann' });
  });

  it('needs not be loaded by a request that declares other fields, and can be read once it was set', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann', visits: 1 });
    const session = await sessions.open(token, ['visits']);

    liveOf(session).overwrite('name', 'Ben');

    expect(session).toMatchObject({ name: 'Ben', visits: 1 });
  });

  it('leaves nothing to save where a visitor without a session only removes it', async () => {
    const sessions = testSessions();
    const live = written(sessions, undefined, 'name', undefined);

    await live.flush();

    expect([live.unsaved, live.handout, live.isNew]).toEqual([false, undefined, true]);
  });

  it('is refused where it has no JSON or is too large, and nothing is sent', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann' });

    await expect(written(sessions, token, 'name', () => 1).flush()).rejects.toThrow(
      SessionInvalidError,
    );
    await expect(written(sessions, token, 'name', 'x'.repeat(2001)).flush()).rejects.toThrow(
      SessionTooLargeError,
    );

    expect(sessions.store.commits).toEqual([]);
    expect(() => written(sessions, token, 'login' as never, 1)).toThrow(SessionInvalidError);
  });

  it('is refused once the head has left, and once the request has destroyed the session', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann' });
    const late = sessions.manager.unasked(token);
    late.seal('head');
    const destroyed = await sessions.open(token);
    await destroyed.destroy();

    expect(() => late.overwrite('name', 'Ben')).toThrow(SessionClosedError);
    expect(() => liveOf(destroyed).overwrite('name', 'Ben')).toThrow(SessionEndedError);
  });
});

describe('A session that is opened after a field of it was written', () => {
  it('shows what was written and all the rest, and is saved with it', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann', visits: 1 });
    const live = written(sessions, token, 'name', 'Ben');

    await live.ask(undefined, false);
    const session = viewOf(live);
    session.visits!++;
    await live.flush();

    expect(await sessions.texts(token)).toEqual({ name: 'Ben', visits: '2' });
    expect([session.handle, session.isNew]).toEqual([token.selector, false]);
  });

  it('counts on from what was written, whatever another request has stored since', async () => {
    const sessions = testSessions({ merge: { visits: 'reject' } });
    const token = await sessions.stored({ visits: 1 });
    const live = written(sessions, token, 'visits', 40);
    await live.ask(undefined, false);
    await sessions.put(token, 'visits', '7');

    await expect(viewOf(live).increment('visits', 2)).resolves.toBe(42);
    await live.flush();

    expect(await sessions.texts(token)).toEqual({ visits: '42' });
  });

  it('takes what was written along into a login', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann' });
    const live = written(sessions, token, 'name', 'Ben');
    await live.ask(undefined, false);

    await viewOf(live).login('ann', { keep: ['name'] });

    expect(await sessions.texts(live.token!)).toMatchObject({ name: 'Ben' });
    expect(live.unsaved).toBe(false);
  });

  it('waits for a save that is under way, and reads what that has begun in place of an expired one', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann' });
    sessions.now += 11 * 60_000;
    const live = written(sessions, token, 'name', 'Ben');

    await Promise.all([live.flush(), live.ask(undefined, false)]);

    expect(viewOf(live)).toMatchObject({ name: 'Ben' });
    expect(viewOf(live).handle).not.toBe(token.selector);
    expect(live.handout).toMatchObject({ token: { selector: viewOf(live).handle } });
  });

  it('is read before a save that was asked for later, so that a session which that begins is not lost', async () => {
    const sessions = testSessions();
    const { store } = sessions;
    const token = await sessions.stored({ name: 'Ann' });
    sessions.now += 11 * 60_000;
    const live = written(sessions, token, 'name', 'Ben');
    let answer!: () => void;
    const held = new Promise<void>((resolve) => (answer = resolve));
    const read = store.read.bind(store);
    store.read = (...args) => held.then(() => read(...args));

    const all = Promise.all([live.ask(undefined, false), live.flush()]);
    await new Promise(setImmediate); // all that does not wait for the read is done
    answer();
    await all;

    expect(await sessions.texts(live.token!)).toEqual({ name: 'Ben' });
  });

  it('keeps what waits to be saved for a new one where it has expired', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann' });
    sessions.now += 11 * 60_000;
    const live = written(sessions, token, 'name', 'Ben');

    await live.ask(undefined, false);
    await live.flush();

    expect(live.tokenEnd).toBeUndefined();
    expect(await sessions.texts(live.token!)).toEqual({ name: 'Ben' });
  });
});

describe('A login whose field is written without being read', () => {
  it('is over where everyone was logged out since', async () => {
    const sessions = testSessions();
    const token = await member(sessions);
    sessions.now += 1;
    const operation = { id: 'everyone', deadline: performance.now() + 1000 };
    await sessions.store.users.revokeEveryone(operation);

    await expect(written(sessions, token, 'name', 'Ben').flush()).rejects.toMatchObject({
      reason: 'revoked',
    });
  });

  it('is not believed where its entry in the record was not written by this app', async () => {
    const sessions = testSessions();
    const token = await member(sessions);
    const { entries } = await sessions.store.users.read(token.home, performance.now() + 1000);
    const entry = entries.get(token.selector)!;
    const operation = { id: 'forger', deadline: performance.now() + 1000 };
    await sessions.store.users.replaceEntry(
      token.home,
      token.selector,
      entry,
      `1${entry}`,
      operation,
    );

    await expect(written(sessions, token, 'name', 'Ben').flush()).rejects.toMatchObject({
      reason: 'forged',
    });
    expect(sessions.forged).toContainEqual([token.selector, 'entry']);
  });

  it('reads as ended for the rest of the request once a write has found it so', async () => {
    const sessions = testSessions();
    const token = await member(sessions);
    await (await sessions.open(token)).logout();
    const live = written(sessions, token, 'name', 'Ben');
    await expect(live.flush()).rejects.toMatchObject({ reason: 'logout' });
    expect([live.tokenEnd, live.token]).toEqual(['logout', undefined]);

    await live.ask(undefined, false);

    expect([live.tokenEnd, live.principal]).toEqual(['logout', undefined]);
    await expect(live.flush()).rejects.toThrow(SessionEndedError);
    expect(live.handout).toBeUndefined();
  });
});
