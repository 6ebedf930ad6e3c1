import { Type } from 'class-transformer';
import { IsInt, IsString } from 'class-validator';
import { SchemaSessions } from './schema-sessions.js';
import { Cart, Item, Price, ShopSession } from './shop-session.js';

async function shop(): Promise<SchemaSessions<ShopSession>> {
  return SchemaSessions.of<ShopSession>(ShopSession);
}

describe('A field of a class schema', () => {
  it('comes back as an instance, what is nested in it too', async () => {
    const sessions = await shop();
    const token = await sessions.stored((session) => {
      session.cart.items.push(new Item('tea', 2), new Item('milk'));
      session.cart.items[0]!.price = new Price(2.5);
    });
    const { cart } = await sessions.open(token);
    expect(cart).toBeInstanceOf(Cart);
    expect(cart.items.map((item) => item instanceof Item)).toEqual([true, true]);
    expect(cart.count).toBe(3);
    expect(String(cart.items[0]!.price)).toBe('2.5 EUR');
  });

  it('is stored once it was changed deep inside, with nothing else', async () => {
    const sessions = await shop();
    const token = await sessions.stored((session) => session.cart.items.push(new Item('tea')));
    const session = await sessions.open(token);
    session.cart.items[0]!.qty++;
    await expect(session.save()).resolves.toMatchObject({ changed: true });
    const texts = await sessions.texts(token);
    expect(Object.keys(texts)).toEqual(['cart']);
    expect(JSON.parse(texts.cart!)).toEqual({ items: [{ sku: 'tea', qty: 2 }] });
  });

  it('is not written when it was only looked at', async () => {
    const sessions = await shop();
    const token = await sessions.storedAs({
      cart: '{ "items": [ {"sku":"tea"} ] }',
      since: '2026-01-02T03:04:05Z',
      plainDate: '2026-01-02',
      code: 'abc',
      visits: ' 7',
    });
    const session = await sessions.open(token);
    expect(session.cart.items[0]).toEqual(new Item('tea'));
    expect([session.since, session.plainDate].map((date) => date?.getUTCFullYear())).toEqual([
      2026, 2026,
    ]);
    expect([session.code, session.visits]).toEqual(['ABC', 7]);
    await expect(session.save()).resolves.toMatchObject({ changed: false });
    expect(sessions.store.commits).toBe(0);
  });

  it('keeps what @Exclude() hides from answers', async () => {
    const sessions = await shop();
    const token = await sessions.stored((session) => {
      session.cart.items.push(Object.assign(new Item('tea'), { supplier: 'Ann' }));
    });
    const session = await sessions.open(token);
    session.cart.items[0]!.qty = 5;
    await session.save();
    expect((await sessions.open(token)).cart.items[0]!.supplier).toBe('Ann');
  });

  it.each(['since', 'plainDate'] as const)('comes back as a Date: %s', async (field) => {
    const sessions = await shop();
    const token = await sessions.stored((session) => {
      session[field] = new Date(Date.UTC(2026, 4, 6, 7, 8, 9, 123));
    });
    expect(await sessions.texts(token)).toEqual({ [field]: '2026-05-06T07:08:09.123Z' });
    const session = await sessions.open(token);
    expect(session[field]).toEqual(new Date(Date.UTC(2026, 4, 6, 7, 8, 9, 123)));
    session[field]!.setUTCFullYear(2027);
    await session.save();
    expect((await sessions.texts(token))[field]).toBe('2027-05-06T07:08:09.123Z');
  });

  it('is read without validating the others', async () => {
    let asked = 0;
    class Counted {
      @IsInt() @Type(() => Number) visits: number = 0;
      @Type(() => {
        asked++;
        return Price;
      })
      @IsString()
      other?: string;
    }
    const sessions = await SchemaSessions.of<Counted>(Counted);
    const token = await sessions.storedAs({ visits: '1', other: '{"amount":1}' });
    expect((await sessions.open(token)).visits).toBe(1);
    expect(asked).toBe(0);
  });

  it('has one round trip to the store, by name', async () => {
    const sessions = await shop();
    const token = await sessions.storedAs({ visits: '1', foreign: '{"large":true}' });
    sessions.store.reads = 0;
    const session = await sessions.open(token);
    expect([session.visits, Object.keys(session).includes('foreign')]).toEqual([1, false]);
    expect(sessions.store.reads).toBe(1);
  });
});

describe('A default of a class schema', () => {
  it('is there where nothing is stored, and costs nothing', async () => {
    const sessions = await shop();
    const session = await sessions.open();
    expect([session.visits, session.note, session.cart.count]).toEqual([0, 'none', 0]);
    expect(session.cart).toBeInstanceOf(Cart);
    expect(Object.keys(session).sort()).toEqual(['cart', 'note', 'visits']);
    await expect(session.save()).resolves.toMatchObject({ changed: false });
    expect(session.isNew).toBe(true);
  });

  it('is stored once it differs, and then read', async () => {
    const sessions = await shop();
    const token = await sessions.stored((session) => session.visits++);
    expect(await sessions.texts(token)).toEqual({ visits: '1' });
    expect((await sessions.open(token)).visits).toBe(1);
  });

  it('is another object for every session', async () => {
    const sessions = await shop();
    const [one, two] = [await sessions.open(), await sessions.open()];
    one.cart.items.push(new Item('tea'));
    expect(two.cart.items).toEqual([]);
  });

  it('is what update() starts from', async () => {
    const sessions = await shop();
    const token = await sessions.stored((session) => (session.name = 'Ann'));
    const session = await sessions.open(token);
    await expect(session.increment('visits', 2)).resolves.toBe(2);
    await session.update('cart', (cart) => void cart!.items.push(new Item('tea')));
    expect(session.cart).toBeInstanceOf(Cart);
    expect((await sessions.open(token)).cart.count).toBe(1);
  });
});

describe('Text of another language in a field of a class schema', () => {
  it.each(['1234', '1.50', 'true', '[1]', '{"a":1}', '1e5', 'null '])(
    'is the string %j where the class says string',
    async (text) => {
      const sessions = await shop();
      const token = await sessions.storedAs({ language: text, label: text, name: text });
      const session = await sessions.open(token);
      const read = text.trim() === 'null' ? null : text;
      expect([session.language, session.label, session.name]).toEqual([read, read, read]);
      await expect(session.save()).resolves.toMatchObject({ changed: false });
    },
  );

  it('keeps apart null and the string "null" that this library stored', async () => {
    const sessions = await shop();
    const token = await sessions.stored((session) => {
      session.name = null;
      session.language = 'null';
    });
    const session = await sessions.open(token);
    expect([session.name, session.language]).toEqual([null, 'null']);
  });

  it('is the string "null" where the class has no room for null', async () => {
    class Strict {
      @IsString() name: string = '';
    }
    const sessions = await SchemaSessions.of<Strict>(Strict);
    expect((await sessions.open(await sessions.storedAs({ name: 'null' }))).name).toBe('null');
  });

  it('stays a string through a merge with a parallel change', async () => {
    const sessions = await SchemaSessions.of<ShopSession>(ShopSession, {
      merge: { language: (_base, mine, theirs) => `${String(theirs)}${String(mine)}` },
    });
    const token = await sessions.storedAs({ language: '1' });
    const [one, two] = [await sessions.open(token), await sessions.open(token)];
    one.language = '07';
    two.language = '08';
    await one.save();
    await two.save();
    expect((await sessions.open(token)).language).toBe('0708');
  });

  it('is a number or an object where the class does not say string', async () => {
    const sessions = await shop();
    const token = await sessions.storedAs({ visits: '12', anything: '{"a":[1]}', tags: '["a"]' });
    const session = await sessions.open(token);
    expect([session.visits, session.anything, session.tags]).toEqual([12, { a: [1] }, ['a']]);
  });
});

describe('A session of several fields of a class schema', () => {
  it('loads what its handler declares', async () => {
    const sessions = await shop();
    const token = await sessions.storedAs({ visits: '3', name: 'Ann' });
    const session = await sessions.open(token, ['visits']);
    expect(session.visits).toBe(3);
    expect(() => session.name).toThrow(/'name' was not loaded/);
  });

  it('knows fields of class-validator, of class-transformer, of initialisers and of parent classes', async () => {
    const sessions = await shop();
    const token = await sessions.storedAs({
      language: 'de',
      note: 'n',
      visits: '1',
      offer: '{"amount":3}',
    });
    const session = await sessions.open(token);
    expect([session.language, session.note, session.visits]).toEqual(['de', 'n', 1]);
    expect(session.offer).toBeInstanceOf(Price);
  });

  it('knows them also where no property is initialised', async () => {
    class Bare {
      @IsInt() visits: number = 0;
    }
    IsString()(Bare.prototype, 'name');
    Type(() => Price)(Bare.prototype, 'offer');
    const sessions = await SchemaSessions.of<Bare & { name: string; offer: Price }>(Bare);
    const token = await sessions.storedAs({ name: '12', offer: '{"amount":3}', other: '1' });
    const session = await sessions.open(token);
    expect([session.name, String(session.offer)]).toEqual(['12', '3 EUR']);
    expect(Object.keys(session).sort()).toEqual(['name', 'offer', 'visits']);
  });
});
