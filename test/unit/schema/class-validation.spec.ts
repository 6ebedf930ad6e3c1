import { Transform, Type } from 'class-transformer';
import {
  IsDate,
  IsIn,
  IsInstance,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MinDate,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { issuesOf, refusals, SchemaSessions } from './schema-sessions.js';
import { Item, Price, ShopSession } from './shop-session.js';

async function shop(): Promise<SchemaSessions<ShopSession>> {
  return SchemaSessions.of<ShopSession>(ShopSession);
}

describe('A change that the class refuses', () => {
  it('stores nothing of the request, and says where the problem is', async () => {
    const sessions = await shop();
    const token = await sessions.storedAs({ visits: '1' });
    const session = await sessions.open(token);
    session.visits = 2.5;
    session.name = 'Ann';
    expect(await refusals(session)).toEqual(['visits must be an integer number']);
    expect(await sessions.texts(token)).toEqual({ visits: '1' });
    expect(sessions.store.commits).toBe(0);
  });

  it('is refused before a session begins', async () => {
    const sessions = await shop();
    const session = await sessions.open();
    session.tags = [1] as unknown as string[];
    expect(await refusals(session)).toEqual(['tags: each value in tags must be a string']);
    expect(session.isNew).toBe(true);
  });

  it('is named by its path in nested arrays', async () => {
    const session = await (await shop()).open();
    session.cart.items.push(new Item('tea'), new Item('milk', -1));
    session.cart.items[0]!.price = new Price(0);
    expect(await refusals(session)).toEqual([
      'cart.items[0].price.amount must be a positive number',
      'cart.items[1].qty must be a positive number',
    ]);
  });

  it('is refused as plain data too, which comes back as instances', async () => {
    const session = await (await shop()).open();
    Object.assign(session, { cart: { items: [{ sku: 'tea', qty: 0 }] } });
    expect(await refusals(session)).toEqual(['cart.items[0].qty must be a positive number']);
  });

  it('is refused in update() as well', async () => {
    const sessions = await shop();
    const session = await sessions.open(await sessions.storedAs({ visits: '1' }));
    expect(await issuesOf(() => session.update('visits', () => 0.5))).toEqual([
      'visits must be an integer number',
    ]);
    expect(session.visits).toBe(1);
  });

  it('is refused where only the merge with a parallel change makes it wrong', async () => {
    const sessions = await shop();
    const token = await sessions.stored(({ cart }) => cart.items.push(new Item('tea')));
    const [one, two] = [await sessions.open(token), await sessions.open(token)];
    one.cart.items.push(new Item('milk'));
    two.cart.items.push(new Item('bread'), new Item('jam'));
    await one.save();
    expect(await refusals(two)).toEqual(['cart.items must contain no more than 3 elements']);
    expect((await sessions.open(token)).cart.items).toHaveLength(2);
  });

  it('shows no value, not even where the developer wrote $value', async () => {
    class Card {
      @Matches(/^\d{4}$/, { message: '$property has the wrong form: $value' }) pin?: string;
    }
    class WithCard {
      @IsOptional() @Matches(/^\d{4}$/, { message: 'not $value.' }) pin?: string;
      @IsOptional() @Type(() => Card) @ValidateNested() card?: Card;
    }
    const session = await (await SchemaSessions.of<WithCard>(WithCard)).open();
    session.pin = '12.34';
    session.card = Object.assign(new Card(), { pin: 'se$ret' });
    const lines = await refusals(session);
    expect(lines).toEqual(['pin: not this value.', 'card.pin has the wrong form: this value']);
  });

  it('waits for asynchronous constraints', async () => {
    class Asked {
      @ValidateBy({
        name: 'isFree',
        async: true,
        validator: {
          validate: async (value) => Promise.resolve(value !== 'taken'),
          defaultMessage: () => 'nick is taken',
        },
      })
      nick?: string;
    }
    const session = await (await SchemaSessions.of<Asked>(Asked)).open();
    session.nick = 'taken';
    expect(await refusals(session)).toEqual(['nick is taken']);
    session.nick = 'free';
    expect(await refusals(session)).toEqual([]);
  });
});

describe('A class schema', () => {
  it('judges only what changed', async () => {
    const sessions = await SchemaSessions.of<ShopSession>(ShopSession, { onInvalidData: 'fail' });
    const token = await sessions.storedAs({ visits: '"many"' });
    const session = await sessions.open(token);
    session.name = 'Ann';
    expect(await refusals(session)).toEqual([]);
    expect((await sessions.texts(token)).name).toBe('Ann');
  });

  it('takes no field that it does not know', async () => {
    const session = await (await shop()).open();
    Object.assign(session, { colour: 'red' });
    expect(await refusals(session)).toEqual([
      "colour is no property of ShopSession, so it can't be stored. Declare it there and decorate it, with @Allow() at least.",
    ]);
    delete (session as { colour?: string }).colour;
    expect(await refusals(session)).toEqual([]);
  });

  it('does not let go of a required field, but of an optional one', async () => {
    class Account {
      @IsString() owner!: string;
      @IsOptional() @IsString() note?: string;
    }
    const sessions = await SchemaSessions.of<Partial<Account>>(Account);
    const token = await sessions.storedAs({ owner: 'Ann', note: 'x' });
    const session = await sessions.open(token);
    delete session.note;
    expect(await refusals(session)).toEqual([]);
    delete session.owner;
    expect(await refusals(session)).toEqual(['owner must be a string']);
    expect(await sessions.texts(token)).toEqual({ owner: 'Ann' });
  });

  it('refuses null where its property has no room for it', async () => {
    const session = await (await shop()).open();
    session.visits = null as unknown as number;
    expect(await refusals(session)).toEqual(['visits must be an integer number']);
  });

  it('refuses what would be dropped when it is read again', async () => {
    class Forgetful {
      @IsOptional() @IsInstance(Price) price?: Price;
      @IsOptional() @IsDate() when?: Date | null;
    }
    const session = await (await SchemaSessions.of<Forgetful>(Forgetful)).open();
    session.price = new Price(1);
    session.when = new Date();
    expect(await refusals(session)).toEqual([
      'price must be an instance of Price when it is read again: its property may need @Type()',
      'when must be a Date instance when it is read again: its property may need @Type()',
    ]);
  });

  it('refuses a @Transform() that changes the value with every request', async () => {
    class InCents {
      @Transform(({ value }) => Number(value) / 100, { toClassOnly: true })
      @Transform(({ value }) => Number(value) * 100, { toPlainOnly: true })
      total: number = 0;
    }
    class Checked extends InCents {
      @IsOptional() @IsInt() visits?: number;
    }
    const session = await (await SchemaSessions.of<Checked>(Checked)).open();
    session.total = 1500;
    const [line] = await refusals(session);
    expect(line).toMatch(/^total changes whenever it is read/);
  });

  it('validates what a @Transform() makes of the value, which it stores as it is', async () => {
    const sessions = await shop();
    const token = await sessions.stored((session) => (session.code = 'abc'));
    expect(await sessions.texts(token)).toEqual({ code: 'abc' });
    const session = await sessions.open(token);
    expect(session.code).toBe('ABC');
    await expect(session.save()).resolves.toMatchObject({ changed: false });
  });
});

describe('A class whose constraints look at other fields', () => {
  class Trip {
    @IsOptional() @IsIn(['one-way', 'return']) kind: string = 'one-way';
    @ValidateIf((trip: Trip) => trip.kind === 'return') @Type(() => Date) @IsDate() back?: Date;
    @IsOptional() @Max(9) seats?: number;
  }

  const whole = { type: Trip, whole: true };

  it('is loaded whole, whatever its handler declares', async () => {
    const sessions = await SchemaSessions.of<Trip>(whole);
    const token = await sessions.storedAs({ kind: 'return', back: '2026-01-01', seats: '2' });
    const session = await sessions.open(token, ['seats']);
    expect([session.kind, session.back, session.seats]).toEqual([
      'return',
      new Date('2026-01-01'),
      2,
    ]);
    await expect(session.save()).resolves.toMatchObject({ changed: false });
    const fresh = await sessions.open(undefined, ['seats']);
    expect(fresh.kind).toBe('one-way');
  });

  it('refuses a change that makes another field wrong', async () => {
    const sessions = await SchemaSessions.of<Trip>(whole);
    const token = await sessions.storedAs({ seats: '2' });
    const session = await sessions.open(token);
    session.kind = 'return';
    expect(await refusals(session)).toEqual(['back must be a Date instance']);
    session.back = new Date('2026-01-01');
    expect(await refusals(session)).toEqual([]);
    delete session.back;
    expect(await refusals(session)).toEqual(['back must be a Date instance']);
  });

  it('sees all fields in update() too', async () => {
    const sessions = await SchemaSessions.of<Trip>(whole);
    const session = await sessions.open(
      await sessions.storedAs({ kind: 'return', back: '2026-01-01' }),
    );
    await expect(session.update('seats', () => 3)).resolves.toBe(3);
    expect(await issuesOf(() => session.update('back', () => 'soon' as unknown as Date))).toEqual([
      'back must be a date',
    ]);
    await expect(
      session.update('back', (back) => new Date(back!.getTime() + 1000)),
    ).resolves.toEqual(new Date('2026-01-01T00:00:01Z'));
  });

  it('drops the fields that do not fit together, and no others', async () => {
    const sessions = await SchemaSessions.of<Trip>(whole);
    const token = await sessions.storedAs({ kind: 'sideways', back: 'never', seats: '3' });
    const session = await sessions.open(token);
    expect([session.kind, session.back, session.seats]).toEqual(['one-way', undefined, 3]);
    await expect(session.save()).resolves.toMatchObject({ changed: false });
    session.kind = 'return';
    session.back = new Date('2027-01-01');
    await session.save();
    expect(await sessions.texts(token)).toEqual({
      kind: 'return',
      back: '2027-01-01T00:00:00.000Z',
      seats: '3',
    });
  });

  it('judges the rest beside the default of what was dropped', async () => {
    class Return extends Trip {
      override kind: string = 'return';
      @ValidateIf((trip: Trip) => trip.kind === 'return') @Max(2) bags?: number;
    }
    const sessions = await SchemaSessions.of<Return>({ type: Return, whole: true });
    const session = await sessions.open(await sessions.storedAs({ kind: 'sideways', bags: '5' }));
    expect([session.kind, session.bags]).toEqual(['return', undefined]);
  });

  it('opens without fields that were never set', async () => {
    class Required extends Trip {
      @IsString() owner!: string;
    }
    const schema = { type: Required, whole: true };
    const sessions = await SchemaSessions.of<Required>(schema, { onInvalidData: 'fail' });
    const session = await sessions.open(await sessions.storedAs({ seats: '2' }));
    expect([session.seats, session.owner]).toEqual([2, undefined]);
    session.seats = 3;
    expect(await refusals(session)).toEqual(['owner must be a string']);
  });

  it('without whole: true is judged field by field', async () => {
    class Apart {
      @IsOptional() @Type(() => Date) @MinDate(new Date('2020-01-01')) back?: Date;
      @IsOptional() @IsInt() seats?: number;
    }
    const sessions = await SchemaSessions.of<Apart>(Apart);
    const token = await sessions.storedAs({ back: '2019-01-01', seats: '3' });
    const session = await sessions.open(token, ['seats']);
    expect(session.seats).toBe(3);
    expect(() => session.back).toThrow(/not loaded/);
  });
});
