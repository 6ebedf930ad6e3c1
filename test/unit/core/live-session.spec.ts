import { inspect } from 'node:util';
import {
  SessionClosedError,
  SessionConflictError,
  SessionEndedError,
  SessionInvalidError,
  SessionTooLargeError,
} from '../../../lib/core/errors.js';
import type { SessionToken } from '../../../lib/core/session-token.js';
import { liveOf, TestSessions, type TestSessionsOptions } from '../../support/test-sessions.js';

interface Shop {
  name: string;
  visits: number;
  cart: string[];
  prices: Record<string, number>;
  note: unknown;
}

function testSessions(options?: TestSessionsOptions): TestSessions<Shop> {
  return new TestSessions<Shop>(options);
}

describe('A request that changes nothing', () => {
  it('stores nothing for a visitor of whom nothing is stored', async () => {
    const sessions = testSessions();
    const session = await sessions.open();
    expect(session.name).toBeUndefined();
    await expect(session.save()).resolves.toMatchObject({ changed: false });
    expect([session.isNew, session.handle]).toEqual([true, undefined]);
    expect(liveOf(session).handout).toBeUndefined();
  });

  it('stores nothing when the visitor got something and lost it again', async () => {
    const session = await testSessions().open();
    session.name = 'Ann';
    delete session.name;
    await expect(session.save()).resolves.toMatchObject({ changed: false });
    expect(session.isNew).toBe(true);
  });

  it('writes nothing, also of fields it has looked at', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann', cart: ['tea'], visits: 1 });
    const session = await sessions.open(token);
    expect([session.name, session.cart, session.visits]).toEqual(['Ann', ['tea'], 1]);
    session.cart!.push('milk');
    session.cart!.pop();
    session.visits = 1;
    await expect(session.save()).resolves.toMatchObject({ changed: false });
    expect(sessions.store.commits).toEqual([]);
  });

  it('leaves texts that another language spaced or ordered its own way', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann' });
    await sessions.put(token, 'prices', '{"tea" : 2.50,\n "milk":1e0}');
    await sessions.put(token, 'cart', '[ "\\u0074ea" ]');
    const session = await sessions.open(token);
    expect([session.prices, session.cart]).toEqual([{ tea: 2.5, milk: 1 }, ['tea']]);
    await session.save();
    expect(sessions.store.commits).toEqual([]);
    session.prices!.tea = 3;
    await session.save();
    expect(sessions.store.commits).toHaveLength(1);
    expect((await sessions.texts(token)).prices).toBe('{"tea":3,"milk":1}');
    expect((await sessions.texts(token)).cart).toBe('[ "\\u0074ea" ]');
  });

  it('moves the idle end on once a tenth of the idle time has passed', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann' });
    sessions.now += 59_000;
    await (await sessions.open(token)).save();
    expect(sessions.store.touches).toBe(0);
    sessions.now += 1000;
    const session = await sessions.open(token);
    await session.save();
    await session.save();
    expect(sessions.store.touches).toBe(1);
    expect(sessions.store.commits).toEqual([]);
  });
});

describe('A request that changes something', () => {
  it('stores a new session with its first change, and has a token to hand out', async () => {
    const sessions = testSessions();
    const session = await sessions.open();
    session.name = 'Ann';
    await expect(session.save()).resolves.toMatchObject({ changed: true });
    const { handout } = liveOf(session);
    const { text } = (handout as { token: { text: string } }).token;
    const verified = sessions.manager.scope.signer.verify(text)!;
    expect(verified.kind).toBe('anonymous');
    expect((await sessions.open(verified)).name).toBe('Ann');
    expect([session.isNew, session.handle]).toEqual([false, verified.selector]);
  });

  it('writes only the fields that differ', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann', cart: ['tea'], visits: 1 });
    const session = await sessions.open(token);
    expect(session.name).toBe('Ann');
    session.cart!.push('milk');
    await session.save();
    expect(sessions.store.commits.map((changes) => changes.map(({ field }) => field))).toEqual([
      ['cart'],
    ]);
  });

  it('keeps what other requests wrote to other fields', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann', visits: 1 });
    const [one, two] = [await sessions.open(token), await sessions.open(token)];
    one.name = 'Bob';
    two.visits = 2;
    await Promise.all([one.save(), two.save()]);
    expect(await sessions.texts(token)).toEqual({ name: 'Bob', visits: '2' });
  });

  it('saves in the order of the calls, also when nobody waits', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ visits: 0 });
    const session = await sessions.open(token);
    const saves: Promise<unknown>[] = [];
    session.visits = 1;
    saves.push(session.save());
    const increment = session.increment('visits', 10);
    session.visits = 2;
    saves.push(session.save(), session.save());
    await Promise.all([...saves, increment]);
    await session.save();
    const { visits } = await sessions.texts(token);
    expect(session.visits).toBe(Number(visits));
    expect([2, 12]).toContain(Number(visits));
  });

  it('saves in the next turn what was changed while a save was under way', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ cart: [] });
    const session = await sessions.open(token);
    session.cart!.push('tea');
    const saving = session.save();
    await Promise.resolve();
    session.cart!.push('milk');
    await saving;
    expect(liveOf(session).unsaved).toBe(true);
    await session.save();
    expect((await sessions.texts(token)).cart).toBe('["tea","milk"]');
  });

  it('drops its changes by reload(), and sees what is stored now', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann', visits: 1 });
    const session = await sessions.open(token);
    session.name = 'Bob';
    await sessions.put(token, 'visits', '7');
    await session.reload();
    expect({ ...session }).toEqual({ name: 'Ann', visits: 7 });
    await expect(session.save()).resolves.toMatchObject({ changed: false });
  });

  it('reloads the fields it declared, no others', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann', visits: 1 });
    const session = await sessions.open(token, ['visits']);
    await session.reload();
    expect({ ...session }).toEqual({ visits: 1 });
  });

  it('hands the token out once, where no cookie carries it, and shows it to no log', async () => {
    const sessions = testSessions({ tokenInResult: true });
    const session = await sessions.open();
    session.name = 'Ann';
    const saved = await session.save();
    expect(sessions.manager.scope.signer.verify(saved.token!)).toBeDefined();
    expect([inspect(saved), JSON.stringify(saved)].join()).not.toContain(saved.token!);
    session.name = 'Bob';
    expect((await session.save()).token).toBeUndefined();
  });
});

describe('The default of a field', () => {
  const fresh = (): string[] => ['starter'];

  it('is given where nothing is stored, and stored only once it differs from a fresh one', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann' });
    const session = await sessions.open(token, ['cart']);
    const cart = liveOf(session).fields.getOr('cart', fresh, false) as string[];
    expect(cart).toEqual(['starter']);
    await expect(session.save()).resolves.toMatchObject({ changed: false });
    cart.push('tea');
    await session.save();
    expect(await sessions.texts(token)).toEqual({ name: 'Ann', cart: '["starter","tea"]' });
  });

  it('does not take the place of what is stored', async () => {
    const sessions = testSessions();
    const session = await sessions.open(await sessions.stored({ cart: [] }));
    expect(liveOf(session).fields.getOr('cart', fresh, false)).toEqual([]);
  });

  it('of two requests that both changed theirs is not lost', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann' });
    const both = [await sessions.open(token), await sessions.open(token)];
    both.forEach((session, at) => {
      const cart = liveOf(session).fields.getOr('cart', () => [], false) as string[];
      cart.push(`item-${at}`);
    });
    await Promise.all(both.map((session) => session.save()));
    expect((await sessions.texts(token)).cart).toBe('["item-0","item-1"]');
  });
});

describe('A read-only field', () => {
  it('is not looked at for changes', async () => {
    const sessions = testSessions();
    const session = await sessions.open(await sessions.stored({ cart: ['tea'] }));
    (liveOf(session).fields.getOr('cart', undefined, true) as string[]).push('milk');
    await expect(session.save()).resolves.toMatchObject({ changed: false });
  });

  it('is saved where another parameter of the request has it live', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ cart: ['tea'] });
    const session = await sessions.open(token);
    liveOf(session).fields.getOr('cart', undefined, true);
    (liveOf(session).fields.getOr('cart', undefined, false) as string[]).push('milk');
    liveOf(session).fields.getOr('cart', undefined, true);
    await session.save();
    expect((await sessions.texts(token)).cart).toBe('["tea","milk"]');
  });

  it('is saved when it is assigned anew', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ cart: ['tea'] });
    const session = await sessions.open(token);
    liveOf(session).fields.getOr('cart', undefined, true);
    session.cart = [];
    await session.save();
    expect((await sessions.texts(token)).cart).toBe('[]');
  });
});

describe('A request that goes on after save()', () => {
  it('keeps its own object, and undoes nothing that others added to the list', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ cart: ['tea'] });
    const [mine, other] = [await sessions.open(token), await sessions.open(token)];
    const cart = mine.cart!;
    other.cart!.push('other');
    await other.save();
    cart.push('milk');
    await mine.save();
    expect((await sessions.texts(token)).cart).toBe('["tea","other","milk"]');
    expect(mine.cart).toBe(cart);
    expect(cart).toEqual(['tea', 'milk']);
    cart.push('honey');
    await mine.save();
    expect((await sessions.texts(token)).cart).toBe('["tea","other","milk","honey"]');
    await expect(mine.save()).resolves.toMatchObject({ changed: false });
  });

  it('undoes nothing that others added when it removes something from its own list', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ cart: ['tea'] });
    const [mine, other] = [await sessions.open(token), await sessions.open(token)];
    other.cart!.push('other', 'tea');
    await other.save();
    mine.cart!.push('milk');
    await mine.save();
    mine.cart!.shift();
    await mine.save();
    expect((await sessions.texts(token)).cart).toBe('["milk","other","tea"]');
    await expect(mine.save()).resolves.toMatchObject({ changed: false });
  });

  it('merges what it adds then with what others add again', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ cart: [] });
    const [mine, other] = [await sessions.open(token), await sessions.open(token)];
    for (let round = 0; round < 3; round++) {
      mine.cart!.push(`mine-${round}`);
      other.cart!.push(`other-${round}`);
      await Promise.all([mine.save(), other.save()]);
    }
    const cart = JSON.parse((await sessions.texts(token)).cart!) as string[];
    expect(cart.filter((item) => item.startsWith('mine'))).toEqual(['mine-0', 'mine-1', 'mine-2']);
    expect(cart.filter((item) => item.startsWith('other'))).toEqual([
      'other-0',
      'other-1',
      'other-2',
    ]);
  });

  it('undoes nothing that others set in an object, and its own removals stay', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ prices: { tea: 1, old: 9 } });
    const [mine, other] = [await sessions.open(token), await sessions.open(token)];
    other.prices!.milk = 2;
    await other.save();
    mine.prices!.tea = 3;
    await mine.save();
    delete mine.prices!.old;
    mine.prices!.honey = 4;
    await sessions.put(token, 'prices', '{"tea":3,"old":9,"milk":2,"bread":5}');
    await mine.save();
    const { prices } = await sessions.texts(token);
    expect(JSON.parse(prices!)).toEqual({ tea: 3, milk: 2, bread: 5, honey: 4 });
  });

  it('adds up counters whose policy is sum, once each', async () => {
    const sessions = testSessions({ merge: { visits: 'sum' } });
    const token = await sessions.stored({ visits: 10 });
    const [mine, other] = [await sessions.open(token), await sessions.open(token)];
    other.visits = 12;
    await other.save();
    mine.visits = 11;
    await mine.save();
    expect((await sessions.texts(token)).visits).toBe('13');
    mine.visits = 12;
    await mine.save();
    expect((await sessions.texts(token)).visits).toBe('14');
  });
});

describe('A field that must not be merged', () => {
  it('is refused with its name, and nothing at all is stored', async () => {
    const sessions = testSessions({ merge: { note: 'reject' } });
    const token = await sessions.stored({ note: 1, name: 'Ann' });
    const session = await sessions.open(token);
    session.note = 2;
    session.name = 'Bob';
    await sessions.put(token, 'note', '3');
    const refused = session.save();
    await expect(refused).rejects.toThrow(SessionConflictError);
    await expect(refused).rejects.toMatchObject({ fields: ['note'] });
    expect(await sessions.texts(token)).toEqual({ note: '3', name: 'Ann' });
  });
});

describe('update() and increment()', () => {
  it('gives up a function that waits for the session it changes, and goes on', async () => {
    const sessions = testSessions();
    const session = await sessions.open(await sessions.stored({ visits: 1 }));
    const stuck = session.update('visits', async () => {
      await session.increment('visits');
    });
    await expect(stuck).rejects.toThrow(/must not await the session it changes/);
    session.name = 'Ann';
    await expect(session.save()).resolves.toMatchObject({ changed: true });
  });

  it('are exact, however many run in parallel', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ visits: 5 });
    const requests = await Promise.all(Array.from({ length: 20 }, () => sessions.open(token)));
    const results = await Promise.all(
      requests.flatMap((session) => [
        session.increment('visits'),
        session.update('visits', (visits) => visits! + 1),
      ]),
    );
    expect((await sessions.texts(token)).visits).toBe('45');
    expect(new Set(results).size).toBe(40);
  });

  it('act at once, and the request sees what is stored then', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ visits: 1 });
    const session = await sessions.open(token);
    expect(session.visits).toBe(1);
    await sessions.put(token, 'visits', '10');
    await expect(session.increment('visits', 5)).resolves.toBe(15);
    expect((await sessions.texts(token)).visits).toBe('15');
    expect(session.visits).toBe(15);
    await expect(session.save()).resolves.toMatchObject({ changed: false });
  });

  it("come after the request's own pending change, and leave the others pending", async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ cart: ['tea'], name: 'Ann' });
    const session = await sessions.open(token);
    session.cart!.push('milk');
    session.name = 'Bob';
    await sessions.put(token, 'cart', '["tea","other"]');
    const cart = await session.update('cart', (items) => {
      items!.push('last');
    });
    expect(cart).toEqual(['tea', 'other', 'milk', 'last']);
    expect(await sessions.texts(token)).toEqual({ cart: JSON.stringify(cart), name: 'Ann' });
    await session.save();
    expect((await sessions.texts(token)).name).toBe('Bob');
  });

  it('lose nothing that the handler changes meanwhile', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ cart: ['tea'] });
    const session = await sessions.open(token);
    session.cart!.push('milk');
    await session.update('cart', (items) => {
      session.cart!.push('honey');
      return [...items!, 'updated'];
    });
    await session.save();
    expect((await sessions.texts(token)).cart).toBe('["tea","milk","updated","honey"]');
  });

  it('work on a field that the handler did not declare', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann', visits: 1 });
    const session = await sessions.open(token, ['name']);
    await expect(session.increment('visits')).resolves.toBe(2);
    expect(session.visits).toBe(2);
  });

  it('begin at nothing where the field is absent', async () => {
    const sessions = testSessions();
    const session = await sessions.open(await sessions.stored({ name: 'Ann' }));
    await expect(session.increment('visits', 2.5)).resolves.toBe(2.5);
    await expect(session.update('cart', (cart) => [...(cart ?? []), 'tea'])).resolves.toEqual([
      'tea',
    ]);
  });

  it('store a new session', async () => {
    const sessions = testSessions();
    const session = await sessions.open();
    await Promise.all([session.increment('visits'), session.increment('visits')]);
    expect(await sessions.texts(liveOf(session).token!)).toEqual({ visits: '2' });
  });

  it('take asynchronous functions, and store nothing when one throws', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ visits: 1 });
    const session = await sessions.open(token);
    await expect(session.update('visits', async (visits) => visits! + 1)).resolves.toBe(2);
    const failing = session.update('visits', () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect((await sessions.texts(token)).visits).toBe('2');
    await expect(session.increment('visits')).resolves.toBe(3);
  });

  it.each([NaN, Infinity])('refuse to add %p', async (by) => {
    const session = await testSessions().open();
    await expect(session.increment('visits', by)).rejects.toThrow(SessionInvalidError);
  });

  it('refuse to add to what is no number, without showing it', async () => {
    const sessions = testSessions();
    const session = await sessions.open(await sessions.stored({ name: 'canary', cart: [] }));
    await expect(session.increment('name' as 'visits')).rejects.toThrow(/'name'.* a string$/);
    await expect(session.increment('cart' as 'visits')).rejects.toThrow(/an array$/);
  });
});

describe('A value that can be taken once', () => {
  const put = async (sessions: TestSessions<Shop>, value: unknown): Promise<SessionToken> => {
    const session = await sessions.open();
    session.putOnce('state', value, { ttl: '5m' });
    await session.save();
    return liveOf(session).token!;
  };

  it('is got by exactly one of many parallel requests', async () => {
    const sessions = testSessions();
    const token = await put(sessions, { nonce: 'n1' });
    const requests = await Promise.all(Array.from({ length: 20 }, () => sessions.open(token)));
    const taken = await Promise.all(requests.map((session) => session.takeOnce('state')));
    expect(taken.filter((value) => value !== undefined)).toEqual([{ nonce: 'n1' }]);
    expect(await sessions.texts(token)).toEqual({});
  });

  it('is gone for later requests, and for the same', async () => {
    const sessions = testSessions();
    const token = await put(sessions, 'x');
    const session = await sessions.open(token);
    expect([await session.takeOnce('state'), await session.takeOnce('state')]).toEqual([
      'x',
      undefined,
    ]);
    expect(await (await sessions.open(token)).takeOnce('state')).toBeUndefined();
  });

  it('can be taken until its time is over', async () => {
    const sessions = testSessions();
    const [one, two] = [await put(sessions, 1), await put(sessions, 2)];
    sessions.now += 5 * 60_000 - 1;
    expect(await (await sessions.open(one)).takeOnce('state')).toBe(1);
    sessions.now += 1;
    expect(await (await sessions.open(two)).takeOnce('state')).toBeUndefined();
  });

  it('can be taken in the request that put it, before any save', async () => {
    const session = await testSessions().open();
    session.putOnce('state', 'x');
    expect(await session.takeOnce('state')).toBe('x');
  });

  it('is no data, whatever its name', async () => {
    const sessions = testSessions();
    const session = await sessions.open();
    session.name = 'Ann';
    session.putOnce('name', 'x');
    await session.save();
    const later = await sessions.open(liveOf(session).token);
    expect({ ...later }).toEqual({ name: 'Ann' });
    delete later.name;
    await later.save();
    expect(await later.takeOnce('name')).toBe('x');
  });

  it('must be something, under a name of the usual characters', async () => {
    const session = await testSessions().open();
    expect(() => session.putOnce('state', undefined)).toThrow(SessionInvalidError);
    expect(() => session.putOnce('two words', 1)).toThrow(SessionInvalidError);
    await expect(session.takeOnce('')).rejects.toThrow(SessionInvalidError);
    expect(await session.takeOnce('never')).toBeUndefined();
  });
});

describe('A flash message', () => {
  it('is for the next request that asks, and for no other', async () => {
    const sessions = testSessions();
    const first = await sessions.open();
    first.flash('notice', 'saved');
    first.flash('count', 0);
    await first.save();
    const token = liveOf(first).token!;

    const second = await sessions.open(token);
    expect(second.flash('notice')).toBe('saved');
    expect(second.flash('notice')).toBeUndefined();
    expect(second.flash('other')).toBeUndefined();
    await second.save();

    const third = await sessions.open(token);
    expect([third.flash('notice'), third.flash('count')]).toEqual([undefined, 0]);
    await third.save();
    expect(await sessions.texts(token)).toEqual({});
  });

  it('waits for a handler that asks, also beside declared fields', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann', visits: 1 });
    const first = await sessions.open(token, ['visits']);
    first.flash('notice', 'saved');
    await first.save();
    const second = await sessions.open(token, ['name']);
    await second.save();
    expect((await sessions.open(token, ['name'])).flash('notice')).toBe('saved');
  });

  it('of one request does not push out that of another', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann' });
    const [one, two] = [await sessions.open(token), await sessions.open(token)];
    one.flash('a', 1);
    two.flash('b', 2);
    await Promise.all([one.save(), two.save()]);
    const later = await sessions.open(token);
    expect([later.flash('a'), later.flash('b')]).toEqual([1, 2]);
  });
});

describe('destroy()', () => {
  it('ends the session for everyone, and clears the token', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann' });
    const [session, other] = [await sessions.open(token), await sessions.open(token)];
    await session.destroy();
    expect(liveOf(session).handout).toBe('clear');
    expect({ ...session }).toEqual({});
    expect(session.handle).toBeUndefined();
    other.name = 'Bob';
    await expect(other.save()).rejects.toMatchObject({ reason: 'destroyed' });
    expect((await sessions.store.read(token, undefined, Infinity)).status).toBe('ended');
  });

  it('makes every later write of the request throw', async () => {
    const sessions = testSessions();
    const session = await sessions.open(await sessions.stored({ name: 'Ann' }));
    await session.destroy();
    expect(() => (session.name = 'Bob')).toThrow(SessionEndedError);
    expect(() => delete session.name).toThrow(SessionEndedError);
    expect(() => session.flash('notice', 1)).toThrow(SessionEndedError);
    expect(() => session.putOnce('state', 1)).toThrow(SessionEndedError);
    await expect(session.increment('visits')).rejects.toThrow(SessionEndedError);
    await expect(session.rotate()).rejects.toThrow(SessionEndedError);
    await expect(session.save()).resolves.toMatchObject({ changed: false });
    await expect(session.destroy()).resolves.toBeUndefined();
  });

  it('does so from the moment it is called', async () => {
    const sessions = testSessions();
    const session = await sessions.open(await sessions.stored({ name: 'Ann' }));
    const destroying = session.destroy();
    expect(() => (session.name = 'Bob')).toThrow(SessionEndedError);
    await destroying;
  });

  it('drops what was changed and not saved', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann' });
    const session = await sessions.open(token);
    session.name = 'Bob';
    await session.destroy();
    await expect(session.save()).resolves.toMatchObject({ changed: false });
    expect(sessions.store.commits).toEqual([]);
  });

  it('clears the token of a session that was ended elsewhere, so that the client can begin anew', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann' });
    await (await sessions.open(token)).destroy();
    const late = await sessions.open(token);
    await late.destroy();
    expect(liveOf(late).handout).toBe('clear');
  });

  it('leaves the token of a client that has logged in meanwhile', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann' });
    await (await sessions.open(token)).login('ann');
    const late = await sessions.open(token);
    await expect(late.destroy()).rejects.toBeInstanceOf(SessionEndedError);
    expect(liveOf(late).handout).toBeUndefined();
  });

  it('of a visitor of whom nothing is stored hands out and clears nothing', async () => {
    const session = await testSessions().open();
    await session.destroy();
    expect(liveOf(session).handout).toBeUndefined();
    expect(() => (session.name = 'Ann')).toThrow(SessionEndedError);
  });
});

describe('rotate()', () => {
  it('gives the same session a new token; the old one is refused', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann' });
    const session = await sessions.open(token);
    session.visits = 1;
    await expect(session.rotate()).resolves.toEqual({ handle: token.selector });
    const now = liveOf(session).token!;
    expect({ ...(await sessions.open(now)) }).toEqual({ name: 'Ann', visits: 1 });
    const old = await sessions.open(token);
    expect({ ...old }).toEqual({});
    old.name = 'thief';
    await expect(old.save()).rejects.toMatchObject({ reason: 'rotated' });
    session.name = 'Bob';
    await session.save();
    expect((await sessions.texts(now)).name).toBe('Bob');
  });

  it('is refused once the response head has left', async () => {
    const sessions = testSessions();
    const session = await sessions.open(await sessions.stored({ name: 'Ann' }));
    liveOf(session).seal('head');
    await expect(session.rotate()).rejects.toThrow(SessionClosedError);
  });

  it('does nothing where nothing is stored', async () => {
    const session = await testSessions().open();
    await expect(session.rotate()).resolves.toEqual({ handle: undefined });
    expect(session.isNew).toBe(true);
  });
});

describe('A session whose response has ended', () => {
  it('refuses changes', async () => {
    const session = await testSessions().open();
    liveOf(session).seal('response');
    expect(() => (session.name = 'Ann')).toThrow(SessionClosedError);
    expect(() => session.flash('notice', 1)).toThrow(SessionClosedError);
    expect(() => session.putOnce('state', 1)).toThrow(SessionClosedError);
    await expect(session.increment('visits')).rejects.toThrow(SessionClosedError);
  });
});

describe('What does not fit', () => {
  it.each<[string, unknown, number]>([
    ['field', 'x'.repeat(2001), 2000],
    ['field', 'é'.repeat(1001), 2000],
    ['depth', [[[[1]]]], 4],
  ])('a %s is refused, and nothing is stored', async (limit, note, allowed) => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann' });
    const session = await sessions.open(token);
    session.name = 'Bob';
    session.note = note;
    const refused = session.save();
    await expect(refused).rejects.toThrow(SessionTooLargeError);
    await expect(refused).rejects.toMatchObject({ limit, allowed });
    expect(await sessions.texts(token)).toEqual({ name: 'Ann' });
  });

  it.each(['new', 'stored'])('into a %s session is refused as a whole', async (which) => {
    const sessions = testSessions();
    const token = which === 'stored' ? await sessions.stored({ name: 'Ann' }) : undefined;
    const session = await sessions.open(token);
    session.name = 'x'.repeat(1500);
    session.note = 'y'.repeat(1500);
    await expect(session.save()).rejects.toMatchObject({ limit: 'session', allowed: 3000 });
    const crowded = await sessions.open(token);
    for (let at = 0; at < 9; at++) Object.assign(crowded, { [`field${at}`]: at });
    await expect(crowded.save()).rejects.toMatchObject({ limit: 'fields', allowed: 8 });
    if (token) expect(await sessions.texts(token)).toEqual({ name: 'Ann' });
    else expect([session.isNew, crowded.isNew]).toEqual([true, true]);
  });

  it.each<[string, unknown]>([
    ['a function', () => 1],
    ['a bigint', 1n],
    ['NaN', NaN],
    ['a Map', new Map([['canary', 1]])],
    ['a forbidden key', JSON.parse('{"__proto__":{"canary":1}}')],
    ['a cycle', cycle()],
  ])('such as %s is refused with its path and without its content', async (_, note) => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann' });
    const session = await sessions.open(token);
    session.note = { inside: note };
    const error = await session.save().catch((refused: unknown) => refused);
    expect(error).toBeInstanceOf(SessionInvalidError);
    expect((error as Error).message).toMatch(/note\.inside|JSON/);
    expect(inspect(error, { depth: null })).not.toMatch(/canary/);
    expect(await sessions.texts(token)).toEqual({ name: 'Ann' });
  });

  it('can be mended and saved in the same request', async () => {
    const sessions = testSessions();
    const token = await sessions.stored({ name: 'Ann' });
    const session = await sessions.open(token);
    session.note = NaN;
    await expect(session.save()).rejects.toThrow(SessionInvalidError);
    session.note = 1;
    await session.save();
    expect((await sessions.texts(token)).note).toBe('1');
  });
});

function cycle(): object {
  const cyclic: Record<string, unknown> = { canary: 1 };
  cyclic.self = cyclic;
  return cyclic;
}
