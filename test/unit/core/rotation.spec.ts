import { jest } from '@jest/globals';
import type { SessionToken } from '../../../lib/core/session-token.js';
import type { Session } from '../../../lib/core/session.js';
import { liveOf, TestSessions } from '../../support/test-sessions.js';

interface Shop {
  note: string;
}

type ShopSession = Session<Partial<Shop>>;

const MINUTE = 60_000;
const IDLE = 10 * MINUTE;
const GRACE = 10_000;

/** Sessions whose tokens are replaced after five minutes; of remembered ones also with each return. */
const rotating = (): TestSessions<Shop> => new TestSessions<Shop>({ rotateAfter: 5 * MINUTE });

const loggedIn = async (sessions: TestSessions<Shop>, remember = false): Promise<SessionToken> => {
  const session = await sessions.open();
  await session.login('ann', { remember });
  return liveOf(session).token!;
};

/** A request up to where its head leaves. @returns the token that the head carries */
const request = async (
  sessions: TestSessions<Shop>,
  token: SessionToken,
  work: (session: ShopSession) => unknown = () => undefined,
): Promise<SessionToken | undefined> => {
  const session = await sessions.open(token);
  expect(session.principal).toMatchObject({ id: 'ann' });
  await work(session);
  await session.save();
  const live = liveOf(session);
  await live.renew();
  live.seal('head');
  return live.handout === 'clear' ? undefined : live.handout?.token;
};

const reasonOf = async (
  sessions: TestSessions<Shop>,
  token: SessionToken,
): Promise<string | undefined> => liveOf(await sessions.open(token)).tokenEnd;

describe('A token that is older than timeouts.rotate', () => {
  it('is replaced by the next request, and not before', async () => {
    const sessions = rotating();
    const token = await loggedIn(sessions);
    sessions.now += 5 * MINUTE - 1;
    expect(await request(sessions, token)).toBeUndefined();
    sessions.now += 1;
    const next = await request(sessions, token);
    expect(next).toMatchObject({ selector: token.selector });
    sessions.now += 5 * MINUTE - 1;
    expect(await request(sessions, next!)).toBeUndefined();
    sessions.now += 1;
    expect(await request(sessions, next!)).toBeDefined();
  });

  it('is replaced by nobody without the option', async () => {
    const sessions = new TestSessions<Shop>();
    const token = await loggedIn(sessions);
    sessions.now += IDLE - 1;
    expect(await request(sessions, token)).toBeUndefined();
  });

  it('is left as it is where nobody is logged in', async () => {
    const sessions = rotating();
    const token = await sessions.stored({ note: 'tea' });
    sessions.now += 6 * MINUTE;
    const session = await sessions.open(token);
    expect(liveOf(session).renewalDue).toBe(false);
  });

  it('does not keep the request that replaces it from saving, before and after', async () => {
    const sessions = rotating();
    const token = await loggedIn(sessions);
    sessions.now += 6 * MINUTE;
    const next = await request(sessions, token, (session) => (session.note = 'tea'));
    const session = await sessions.open(next);
    expect(session.note).toBe('tea');
    session.note = 'milk';
    await session.save();
    expect(await request(sessions, token, ({ note }) => expect(note).toBe('milk'))).toBeUndefined();
  });

  it('is replaced once, also where the newer one was lost on the way, until another is due', async () => {
    const sessions = rotating();
    const token = await loggedIn(sessions);
    sessions.now += 6 * MINUTE;
    await request(sessions, token);
    expect(await request(sessions, token)).toBeUndefined();
    for (let lost = 0; lost < 2; lost++) {
      sessions.now += 5 * MINUTE;
      expect(await request(sessions, token)).toBeDefined();
    }
    const next = await request(sessions, token).then(() => {
      sessions.now += 5 * MINUTE;
      return request(sessions, token);
    });
    expect(await request(sessions, next!)).toBeUndefined();
    sessions.now += GRACE;
    expect(await reasonOf(sessions, token)).toBe('rotated');
    expect(await reasonOf(sessions, next!)).toBeUndefined();
  });

  it('is not replaced where the head has left', async () => {
    const sessions = rotating();
    const token = await loggedIn(sessions);
    sessions.now += 6 * MINUTE;
    const live = liveOf(await sessions.open(token));
    live.seal('head');
    expect(live.renewalDue).toBe(false);
    await live.renew();
    expect(live.handout).toBeUndefined();
    expect(await request(sessions, token)).toBeDefined();
  });

  it('is not replaced a second time by a request that has called rotate(), elevate() or login()', async () => {
    for (const call of ['rotate', 'elevate', 'login'] as const) {
      const sessions = rotating();
      const token = await loggedIn(sessions);
      sessions.now += 6 * MINUTE;
      const next = await request(sessions, token, async (session) => {
        if (call === 'rotate') await session.rotate();
        else if (call === 'elevate') await session.elevate({ amr: ['otp'] });
        else await session.login('ann');
        expect(liveOf(session).renewalDue).toBe(false);
      });
      expect(await reasonOf(sessions, next!)).toBeUndefined();
      expect(await reasonOf(sessions, token)).toBe(call === 'login' ? 'login' : 'rotated');
    }
  });

  it('is not replaced, and the request goes on, where the store does not answer', async () => {
    const sessions = rotating();
    const token = await loggedIn(sessions);
    sessions.now += 6 * MINUTE;
    jest.spyOn(sessions.store, 'renew').mockRejectedValueOnce(new Error('no answer'));
    expect(await request(sessions, token)).toBeUndefined();
    expect(await request(sessions, token)).toBeDefined();
  });

  it('never moves the absolute end', async () => {
    const sessions = rotating();
    let token = await loggedIn(sessions);
    for (let minute = 6; minute < 60; minute += 6) {
      sessions.now += 6 * MINUTE;
      token = (await request(sessions, token))!;
    }
    sessions.now += 6 * MINUTE;
    expect(await reasonOf(sessions, token)).toBe('expired');
  });
});

describe('A replaced token', () => {
  const replaced = async (
    sessions: TestSessions<Shop>,
    remember: boolean,
  ): Promise<{ old: SessionToken; next: SessionToken; handle: string }> => {
    const old = await loggedIn(sessions, remember);
    sessions.now += remember ? IDLE : 6 * MINUTE;
    const next = (await request(sessions, old))!;
    return { old, next, handle: old.selector };
  };

  it('is good until 10 s after the newer one was first used, and used again it is reported', async () => {
    const sessions = rotating();
    const { old, next, handle } = await replaced(sessions, false);
    await request(sessions, next);
    sessions.now += GRACE - 1;
    expect(await reasonOf(sessions, old)).toBeUndefined();
    expect(sessions.thefts).toEqual([]);
    sessions.now += 1;
    expect(await reasonOf(sessions, old)).toBe('rotated');
    expect(sessions.thefts).toEqual([[handle, false, 'ann']]);
    expect(await reasonOf(sessions, next)).toBeUndefined();
  });

  it('of a remembered session ends the session, for both', async () => {
    const sessions = rotating();
    const { old, next, handle } = await replaced(sessions, true);
    await request(sessions, next);
    sessions.now += GRACE;
    expect(await reasonOf(sessions, old)).toBe('theft');
    expect(sessions.thefts).toEqual([[handle, true, 'ann']]);
    expect(await reasonOf(sessions, next)).toBe('theft');
    expect(await reasonOf(sessions, old)).toBe('theft');
    expect(sessions.thefts).toHaveLength(1);
  });

  it('of a remembered session is only refused sooner than that, where it has no grace', async () => {
    const sessions = rotating();
    const token = await loggedIn(sessions, true);
    const next = await request(sessions, token, (session) => session.rotate());
    await request(sessions, next!, (session) => (session.note = 'tea'));
    sessions.now += GRACE - 1;
    expect(await reasonOf(sessions, token)).toBe('rotated');
    expect(sessions.thefts).toEqual([]);
    expect(await reasonOf(sessions, next!)).toBeUndefined();
    sessions.now += 1;
    expect(await reasonOf(sessions, token)).toBe('theft');
  });

  it('of a request that was under way is no theft', async () => {
    const sessions = rotating();
    const token = await loggedIn(sessions, true);
    sessions.now += IDLE;
    const slow = await sessions.open(token, []);
    const next = await request(sessions, token);
    await request(sessions, next!);
    sessions.now += GRACE;
    await expect(slow.load('note')).rejects.toMatchObject({ reason: 'rotated' });
    await expect(slow.reload()).rejects.toMatchObject({ reason: 'rotated' });
    expect(sessions.thefts).toEqual([]);
    expect(await reasonOf(sessions, next!)).toBeUndefined();
  });

  it('is refused, and reported as not ended, where the record does not answer', async () => {
    const sessions = rotating();
    const { old, next, handle } = await replaced(sessions, true);
    await request(sessions, next);
    sessions.now += GRACE;
    jest.spyOn(sessions.store.users, 'strike').mockRejectedValueOnce(new Error('no answer'));
    expect(await reasonOf(sessions, old)).toBe('rotated');
    expect(sessions.thefts).toEqual([[handle, false, 'ann']]);
    expect(await reasonOf(sessions, old)).toBe('theft');
  });
});

describe('A remembered login', () => {
  const remembered = async (
    sessions: TestSessions<Shop>,
    token: SessionToken,
  ): Promise<boolean | undefined> => (await sessions.open(token)).principal?.remembered;

  it('lives for the times of its own', async () => {
    const sessions = new TestSessions<Shop>();
    let token = await loggedIn(sessions, true);
    for (let minute = 59; minute < 240; minute += 59) {
      sessions.now += 59 * MINUTE;
      token = (await request(sessions, token)) ?? token;
    }
    sessions.now += 4 * MINUTE;
    expect(await reasonOf(sessions, token)).toBe('expired');
    const idle = await loggedIn(sessions, true);
    sessions.now += 60 * MINUTE;
    expect(await reasonOf(sessions, idle)).toBe('expired');
  });

  it('is told to be remembered once it is used after the ordinary idle time, and from then on', async () => {
    const sessions = new TestSessions<Shop>();
    const token = await loggedIn(sessions, true);
    for (let use = 0; use < 4; use++) {
      sessions.now += IDLE - 1;
      expect(await remembered(sessions, token)).toBe(false);
      await request(sessions, token);
    }
    sessions.now += IDLE;
    expect(await remembered(sessions, token)).toBe(true);
    const next = (await request(sessions, token))!;
    sessions.now += 1;
    expect(await remembered(sessions, next)).toBe(true);
  });

  it('is told to be remembered when an ordinary one would have reached its absolute end', async () => {
    const sessions = new TestSessions<Shop>();
    const token = await loggedIn(sessions, true);
    for (let minute = 0; minute < 60; minute += 6) {
      expect(await remembered(sessions, token)).toBe(false);
      sessions.now += 6 * MINUTE;
      await request(sessions, token);
    }
    expect(await remembered(sessions, token)).toBe(true);
  });

  it('is an ordinary one again once its user has shown who they are', async () => {
    const sessions = new TestSessions<Shop>();
    const token = await loggedIn(sessions, true);
    sessions.now += IDLE;
    let within: boolean | undefined;
    const next = await request(sessions, token, async (session) => {
      await session.elevate({ amr: ['pwd'] });
      within = session.principal?.remembered;
    });
    expect([within, await remembered(sessions, next!)]).toEqual([false, false]);
  });

  it('is given a new token with each return, and with no other use', async () => {
    const sessions = new TestSessions<Shop>();
    let token = await loggedIn(sessions, true);
    for (let day = 0; day < 3; day++) {
      sessions.now += IDLE - 1;
      expect(await request(sessions, token)).toBeUndefined();
      sessions.now += IDLE;
      token = (await request(sessions, token))!;
      expect(token).toBeDefined();
      expect(await request(sessions, token)).toBeUndefined();
    }
  });

  it('is given it by a later request where the first of a return could not carry it', async () => {
    const sessions = new TestSessions<Shop>();
    const token = await loggedIn(sessions, true);
    sessions.now += IDLE;
    await (await sessions.open(token)).save();
    await new Promise(setImmediate);
    sessions.now += 1;
    expect(await remembered(sessions, token)).toBe(true);
    expect(await request(sessions, token)).toBeDefined();
  });

  it('is to be kept by the client until its absolute end, with every token', async () => {
    const sessions = new TestSessions<Shop>();
    const session = await sessions.open();
    await session.login('ann', { remember: true });
    const end = sessions.now + 240 * MINUTE;
    expect(liveOf(session).handout).toMatchObject({ keptUntil: end });
    sessions.now += IDLE;
    const later = await sessions.open(liveOf(session).token);
    await liveOf(later).renew();
    expect(liveOf(later).handout).toMatchObject({ keptUntil: end });
    await later.elevate({ amr: ['pwd'] });
    expect(liveOf(later).handout).toMatchObject({ keptUntil: end });
    await later.login('ann');
    expect(liveOf(later).handout).toMatchObject({ keptUntil: undefined });
  });

  it('is refused, with a sentence that names the option, where the app does not allow it', async () => {
    const sessions = new TestSessions<Shop>({ remember: false });
    const session = await sessions.open();
    await expect(session.login('ann', { remember: true })).rejects.toThrow(
      /remember needs the option 'remember'.*SessionModule\.forRoot/,
    );
    expect(session.principal).toBeUndefined();
    await expect(session.login('ann', { remember: 'yes' as never })).rejects.toThrow(
      /remember must be true or false/,
    );
  });
});
