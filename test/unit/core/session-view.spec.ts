import { inspect } from 'node:util';
import { SessionFieldNotLoadedError, SessionInvalidError } from '../../../lib/core/errors.js';
import { SESSION_MEMBERS } from '../../../lib/core/reserved-names.js';
import { liveOf, TestSessions } from '../../support/test-sessions.js';

interface Shop {
  name: string;
  visits: number;
  cart: { items: { sku: string }[] };
  tags: string[];
  note: string | null;
  then: string;
  toJSON: string;
}

const sessions = new TestSessions<Shop>();

/** Names no field can have. */
const REFUSED: readonly (string | symbol)[] = [
  ...SESSION_MEMBERS,
  '@s',
  '@anything',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  'two words',
  'é',
  'a'.repeat(65),
  Symbol('name'),
];

function anything(session: object): Record<string | symbol, unknown> {
  return session as Record<string | symbol, unknown>;
}

describe('A session in a handler', () => {
  describe('has its data as plain properties, so that', () => {
    it('they are read, assigned and deleted as those of any object', async () => {
      const token = await sessions.stored({ name: 'Ann', visits: 1, note: null });
      const session = await sessions.open(token);
      expect([session.name, session.visits, session.note, session.tags]).toEqual([
        'Ann',
        1,
        null,
        undefined,
      ]);
      session.visits = 2;
      delete session.name;
      session.note = undefined;
      expect([session.name, session.visits, session.note]).toEqual([undefined, 2, undefined]);
      await session.save();
      expect(await sessions.texts(token)).toEqual({ visits: '2' });
    });

    it('a change deep inside is a change of the field', async () => {
      const token = await sessions.stored({ cart: { items: [{ sku: 'tea' }] }, name: 'Ann' });
      const session = await sessions.open(token);
      session.cart!.items[0]!.sku = 'milk';
      await session.save();
      expect((await sessions.texts(token)).cart).toBe('{"items":[{"sku":"milk"}]}');
    });

    it('the same value is given each time', async () => {
      const session = await sessions.open(await sessions.stored({ tags: ['a'] }));
      expect(session.tags).toBe(session.tags);
    });

    it('they alone are seen by spread, JSON, Object.keys and for-in', async () => {
      const session = await sessions.open(await sessions.stored({ name: 'Ann', visits: 1 }));
      session.flash('notice', 'saved');
      session.putOnce('state', 'x');
      session.note = 'new';
      delete session.visits;
      const expected = { name: 'Ann', note: 'new' };
      expect({ ...session }).toEqual(expected);
      expect(JSON.parse(JSON.stringify(session))).toEqual(expected);
      expect(Object.keys(session)).toEqual(['name', 'note']);
      expect(Object.entries(session)).toEqual(Object.entries(expected));
      const seen: string[] = [];
      for (const name in session) seen.push(name);
      expect(seen).toEqual(['name', 'note']);
    });

    it('`in` and Object.hasOwn tell whether there is a value, null being one', async () => {
      const session = await sessions.open(await sessions.stored({ name: 'Ann', note: null }));
      expect(['name' in session, 'note' in session, 'tags' in session]).toEqual([
        true,
        true,
        false,
      ]);
      expect(Object.hasOwn(session, 'note')).toBe(true);
      expect(Object.hasOwn(session, 'tags')).toBe(false);
      delete session.name;
      expect('name' in session).toBe(false);
    });

    it('Object.assign and Object.defineProperty store data', async () => {
      const session = await sessions.open();
      Object.assign(session, { name: 'Ann' });
      Object.defineProperty(session, 'visits', { value: 3 });
      await session.save();
      expect(await sessions.texts(liveOf(session).token!)).toEqual({ name: 'Ann', visits: '3' });
    });
  });

  it('can be returned from async functions and serialised, whatever it loaded', async () => {
    const session = await sessions.open(await sessions.stored({ name: 'Ann' }), ['name']);
    const returned: object = await Promise.resolve(session);
    expect(returned).toBe(session);
    expect(JSON.stringify({ session })).toBe('{"session":{"name":"Ann"}}');
    expect(Object.prototype.toString.call(session)).toBe('[object Object]');
    expect([session]).toEqual([session]);
  });

  it('gives stored data named as what the language asks of objects', async () => {
    const token = await sessions.stored({ then: 'later', toJSON: 'text' });
    const session = await sessions.open(token);
    expect([session.then, session.toJSON]).toEqual(['later', 'text']);
  });

  it('has members that no field can hide and no one can list', async () => {
    const session = await sessions.open(await sessions.stored({ name: 'Ann' }));
    for (const member of SESSION_MEMBERS) {
      expect(member in session).toBe(true);
      expect(Object.keys(session)).not.toContain(member);
      expect(Object.hasOwn(session, member)).toBe(false);
    }
    const save = anything(session).save as () => Promise<unknown>; // works without `this`
    await expect(save()).resolves.toMatchObject({ changed: false });
  });

  describe('refuses, with SessionInvalidError, a field that', () => {
    it.each(REFUSED)('is named %p', async (name) => {
      const session = await sessions.open();
      const { length } = Object.keys(session);
      expect(() => (anything(session)[name] = 1)).toThrow(SessionInvalidError);
      expect(() => delete anything(session)[name]).toThrow(SessionInvalidError);
      expect(() => Object.defineProperty(session, name, { value: 1 })).toThrow(SessionInvalidError);
      expect(Object.keys(session)).toHaveLength(length);
      expect(({} as { admin?: unknown }).admin).toBeUndefined();
    });

    it.each(REFUSED.filter((name) => typeof name === 'string'))(
      'is named %p when it is updated, incremented or loaded',
      async (name) => {
        const token = await sessions.stored({ name: 'Ann' });
        const session = await sessions.open(token, ['name']);
        const field = name as 'visits';
        await expect(session.update(field, () => 1)).rejects.toThrow(SessionInvalidError);
        await expect(session.increment(field)).rejects.toThrow(SessionInvalidError);
        await expect(session.load(field)).rejects.toThrow(SessionInvalidError);
        expect(await sessions.texts(token)).toEqual({ name: 'Ann' });
      },
    );

    it('is a getter', async () => {
      const session = await sessions.open();
      expect(() => Object.defineProperty(session, 'name', { get: () => 'Ann' })).toThrow(
        SessionInvalidError,
      );
    });
  });

  it('says which names are members of its own', async () => {
    const session = await sessions.open();
    expect(() => (anything(session).save = 1)).toThrow(/'save'.*member of the session/);
  });

  it('can be neither frozen nor given another prototype', async () => {
    const session = await sessions.open();
    expect(() => void Object.freeze(session)).toThrow(TypeError);
    expect(() => void Object.setPrototypeOf(session, { admin: true })).toThrow(TypeError);
    expect(anything(session).admin).toBeUndefined();
  });

  it('never gives data of others: what every object has stays what it is', async () => {
    const token = await sessions.stored({ name: 'Ann' });
    await sessions.put(token, 'hasOwnProperty', 'x');
    await sessions.put(token, '__proto__', '{"admin":true}');
    const session = await sessions.open(token);
    expect(anything(session).admin).toBeUndefined();
    expect(typeof Reflect.get(session, 'hasOwnProperty')).toBe('function');
    expect(Object.keys(session)).toEqual(['name']);
  });

  describe('of a handler that declares its fields', () => {
    const declared = async () => {
      const token = await sessions.stored({ name: 'Ann', visits: 1, note: 'n' });
      return { token, session: await sessions.open(token, ['name']) };
    };

    it('holds these only', async () => {
      const { session } = await declared();
      expect(session.name).toBe('Ann');
      expect({ ...session }).toEqual({ name: 'Ann' });
    });

    it('throws SessionFieldNotLoadedError with the cure when another is read, written, deleted or asked for', async () => {
      const { session } = await declared();
      for (const touch of [
        () => void session.visits,
        () => void (session.visits = 2),
        () => delete session.visits,
        () => 'visits' in session,
      ]) {
        expect(touch).toThrow(SessionFieldNotLoadedError);
        expect(touch).toThrow(/@UseSession\('visits'\).*await session\.load\('visits'\)/);
      }
    });

    it('gets further ones by load(), and keeps its changes', async () => {
      const { token, session } = await declared();
      session.name = 'Bob';
      await session.load('visits');
      expect([session.name, session.visits]).toEqual(['Bob', 1]);
      expect(() => session.note).toThrow(SessionFieldNotLoadedError);
      session.visits = 2;
      await session.save();
      expect(await sessions.texts(token)).toEqual({ name: 'Bob', visits: '2', note: 'n' });
    });

    it('gets all of them by load() without names', async () => {
      const { session } = await declared();
      await session.load();
      expect({ ...session }).toEqual({ name: 'Ann', visits: 1, note: 'n' });
    });

    it('may write a declared field that is not stored', async () => {
      const { token } = await declared();
      const session = await sessions.open(token, ['tags']);
      session.tags = ['a'];
      await session.save();
      expect((await sessions.texts(token)).tags).toBe('["a"]');
    });
  });

  it('shows its handle and the names of its fields in logs, nothing else', async () => {
    const token = await sessions.stored({ name: 'canary-name', cart: { items: [] } });
    const session = await sessions.open(token);
    session.note = 'canary-note';
    session.flash('notice', 'canary-flash');
    const expected = `[Session ${token.selector} {name, cart, note}]`;
    expect(inspect(session)).toBe(expected);
    for (const shown of [
      inspect({ deep: [session] }, { depth: null, showHidden: true, showProxy: true }),
      inspect(liveOf(session), { depth: null, showHidden: true, showProxy: true }),
      inspect(new Error('x', { cause: session }), { depth: null }),
    ]) {
      expect(shown).not.toMatch(/canary/);
      expect(shown).not.toContain(token.digest);
    }
  });

  it('shows in logs that nothing is stored yet', async () => {
    expect(inspect(await sessions.open())).toBe('[Session (not stored) {}]');
  });

  it('knows its handle and its times', async () => {
    const token = await sessions.stored({ name: 'Ann' });
    const session = await sessions.open(token);
    expect(session.handle).toBe(token.selector);
    expect(session.isNew).toBe(false);
    expect(session.createdAt).toEqual(new Date(sessions.now));
    expect(session.expiresAt).toEqual(new Date(sessions.now + 10 * 60_000));
    const fresh = await sessions.open();
    expect([fresh.handle, fresh.isNew, fresh.createdAt, fresh.expiresAt]).toEqual([
      undefined,
      true,
      undefined,
      undefined,
    ]);
  });
});
