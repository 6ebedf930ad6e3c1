import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';
import { z } from 'zod';
import type { SchemaMigration, SessionSchemaOption } from '../../../lib/options/schema.options.js';
import { issuesOf, SchemaSessions } from './schema-sessions.js';

class Item {
  @IsString() sku: string = '';
  @IsInt() qty: number = 1;
}

/** Once: `items`, an array of names, and `visitCount`. */
class ShopSession {
  @IsOptional() @Type(() => Item) @ValidateNested({ each: true }) cart: Item[] = [];
  @IsInt() visits: number = 0;
  @IsOptional() @IsString() name?: string;
}

const Shop = z.object({
  cart: z.array(z.object({ sku: z.string(), qty: z.int().default(1) })).default([]),
  visits: z.int().default(0),
  name: z.string().optional(),
});

const OLD = { items: '["tea","milk"]', visitCount: '4', name: '1234', '@f': '{"hello":1}' };

const migrate: SchemaMigration = ({ items, visitCount, name, ...rest }) => ({
  ...rest,
  // A string, as today's schema says, although other languages store it without quotes.
  name: (name as string | undefined)?.toUpperCase(),
  cart: ((items as string[] | undefined) ?? []).map((sku) => ({ sku })),
  visits: visitCount,
});

function versioned(
  type: typeof ShopSession | typeof Shop,
  run: SchemaMigration = migrate,
): SessionSchemaOption {
  return { type, version: 2, migrate: run };
}

describe.each([
  ['a class', ShopSession],
  ['a Standard Schema', Shop],
] as const)('Data of an older version with %s', (_, type) => {
  it('is what the handler gets in the shape of today', async () => {
    const sessions = await SchemaSessions.of<ShopSession>(versioned(type));
    const session = await sessions.open(await sessions.storedAs(OLD));
    expect(session.cart.map(({ sku, qty }) => [sku, qty])).toEqual([
      ['tea', 1],
      ['milk', 1],
    ]);
    expect(session.cart[0] instanceof Item).toBe(type === ShopSession);
    expect([session.visits, session.name]).toEqual([4, '1234']);
  });

  it('is stored in that shape, with the version, and what did not change as it was', async () => {
    const sessions = await SchemaSessions.of<ShopSession>(versioned(type));
    const token = await sessions.storedAs(OLD);
    const session = await sessions.open(token);
    await session.save();
    expect(await sessions.texts(token)).toEqual({
      cart: '[{"sku":"tea"},{"sku":"milk"}]',
      visits: '4',
      name: '1234',
      '@f': '{"hello":1}',
      '@n': '2',
    });
  });

  it('is migrated whole, also for a handler that declares one field', async () => {
    const sessions = await SchemaSessions.of<ShopSession>(versioned(type));
    const token = await sessions.storedAs(OLD);
    const session = await sessions.open(token, ['visits']);
    expect(session.visits).toBe(4);
    if (type === ShopSession) expect(Object.keys(session)).toEqual(['visits']);
    expect(Object.keys(await sessions.texts(token)).sort()).toEqual([
      '@f',
      '@n',
      'cart',
      'name',
      'visits',
    ]);
  });

  it('shows no field that the schema does not know, as on the next request', async () => {
    const sessions = await SchemaSessions.of<ShopSession>(versioned(type));
    const token = await sessions.storedAs({ ...OLD, foreign: '1' });
    const fields = ['cart', 'name', 'visits'];
    expect(Object.keys(await sessions.open(token)).sort()).toEqual(fields);
    expect(Object.keys(await sessions.open(token)).sort()).toEqual(fields);
    expect((await sessions.texts(token)).foreign).toBe('1');
  });

  it('is migrated once by parallel requests, each of which keeps its change', async () => {
    const asked: number[] = [];
    const schema = versioned(type, (data, from) => {
      asked.push(from);
      return migrate(data, from);
    });
    const sessions = await SchemaSessions.of<ShopSession>(schema);
    const token = await sessions.storedAs(OLD);
    const [one, two] = await Promise.all([sessions.open(token), sessions.open(token)]);
    expect(asked).toEqual([0, 0]);
    one.cart.push({ sku: 'jam', qty: 1 });
    two.cart.push({ sku: 'bread', qty: 1 });
    two.visits = 5;
    await one.save();
    await two.save();
    const { cart, visits } = await sessions.open(token);
    expect(cart.map(({ sku }) => sku)).toEqual(['tea', 'milk', 'jam', 'bread']);
    expect(visits).toBe(5);
  });

  it('is migrated from what another request has written meanwhile', async () => {
    const begun = withResolvers();
    const goOn = withResolvers();
    const sessions = await SchemaSessions.of<ShopSession>(
      versioned(type, async (data, from) => {
        begun.resolve();
        await goOn.promise;
        return migrate(data, from);
      }),
    );
    const old = await SchemaSessions.of<Record<string, unknown>>(undefined, {
      store: sessions.store,
    });
    const stored = await old.storedAs(OLD);
    const opening = sessions.open(stored);
    await begun.promise;
    const other = await old.open(stored);
    (other.items as string[]).push('jam');
    await other.save();
    goOn.resolve();
    expect((await opening).cart.map(({ sku }) => sku)).toEqual(['tea', 'milk', 'jam']);
  });

  it('is migrated again where only what the migration looked at has changed', async () => {
    let runs = 0;
    const sessions = await SchemaSessions.of<ShopSession>(
      versioned(type, async (data) => {
        if (runs++ === 0) await sessions.put(token, 'name', 'Bo');
        return { name: data.name, cart: [{ sku: `for ${String(data.name)}` }] };
      }),
    );
    const token = await sessions.storedAs({ name: 'Ann' });
    expect((await sessions.open(token)).cart[0]!.sku).toBe('for Bo');
    expect(runs).toBe(2);
  });

  it('is given to the migration as it is stored, nothing filled in', async () => {
    const given: object[] = [];
    const schema = versioned(type, (data) => (given.push(structuredClone(data)), data));
    const sessions = await SchemaSessions.of<ShopSession>(schema);
    await sessions.open(await sessions.storedAs({ cart: '[{"sku":"tea"}]' }));
    expect(given).toEqual([{ cart: [{ sku: 'tea' }] }]);
  });

  it('is told its version; data of today is left alone', async () => {
    const asked: number[] = [];
    const schema = versioned(type, (data, from) => {
      asked.push(from);
      return migrate(data, from);
    });
    const sessions = await SchemaSessions.of<ShopSession>(schema);
    const token = await sessions.storedAs({ ...OLD, '@n': '1' });
    await sessions.open(token);
    await sessions.open(token);
    await (await sessions.open(await sessions.storedAs({ ...OLD, '@n': 'x' }))).reload();
    await sessions.open(await sessions.storedAs({ visits: '1', '@n': '2' }));
    await sessions.open(await sessions.storedAs({ visits: '1', '@n': '3' }));
    await sessions.open(await sessions.stored((session) => (session.visits = 9)));
    await sessions.open();
    expect(asked).toEqual([1, 0]);
  });

  it('follows onInvalidData where it does not fit even then', async () => {
    const broken = versioned(type, () => ({ visits: 'many', name: 'Ann' }));
    const dropping = await SchemaSessions.of<ShopSession>(broken);
    const session = await dropping.open(await dropping.storedAs(OLD));
    expect([session.visits, session.name]).toEqual([0, 'Ann']);
    const failing = await SchemaSessions.of<ShopSession>(broken, { onInvalidData: 'fail' });
    const token = await failing.storedAs(OLD);
    expect(await issuesOf(async () => (await failing.open(token)).visits)).toHaveLength(1);
    const resetting = await SchemaSessions.of<ShopSession>(broken, { onInvalidData: 'reset' });
    const reset = await resetting.storedAs(OLD);
    await resetting.open(reset);
    expect(await resetting.texts(reset)).toEqual({ '@f': '{"hello":1}', '@n': '2' });
  });

  it('stays as it is where the migration throws', async () => {
    const schema = versioned(type, () => Promise.reject(new Error('no way')));
    const sessions = await SchemaSessions.of<ShopSession>(schema);
    const token = await sessions.storedAs(OLD);
    await expect(sessions.open(token)).rejects.toThrow('no way');
    expect(await sessions.texts(token)).toEqual(OLD);
  });

  it('can not become what can not be stored', async () => {
    const named = await SchemaSessions.of(versioned(type, () => ({ login: 1 })));
    const token = await named.storedAs(OLD);
    expect(await issuesOf(() => named.open(token))).toEqual([
      "login: this name can't be a session field",
    ]);
    const large = await SchemaSessions.of(versioned(type, () => ({ name: 'x'.repeat(20_000) })));
    await expect(large.open(await large.storedAs(OLD))).rejects.toMatchObject({
      code: 'SESSION_TOO_LARGE',
    });
    const odd = await SchemaSessions.of(versioned(type, () => ({ name: new Map() })));
    const oddToken = await odd.storedAs(OLD);
    expect(await issuesOf(() => odd.open(oddToken))).toHaveLength(1);
  });
});

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
