import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';
import { z } from 'zod';
import { issuesOf, refusals, SchemaSessions } from './schema-sessions.js';

class Cart {
  @IsString({ each: true }) items: string[] = [];
}

class ShopSession {
  @IsOptional() @Type(() => Cart) @ValidateNested() cart: Cart = new Cart();
  @IsInt() visits: number = 0;
  @IsOptional() @IsString() name?: string;
}

class WholeSession extends ShopSession {}

const objectSchema = z.object({
  cart: z.object({ items: z.array(z.string()).default([]) }).default({ items: [] }),
  visits: z.int().default(0),
  name: z.string().optional(),
});

const MISFITS = { cart: '{"items":[1]}', visits: '3', name: 'Ann', '@f': '{"hello":1}' };

const SCHEMAS = [
  ['a class', ShopSession],
  ['a whole class', { type: WholeSession, whole: true }],
  ['a Standard Schema', objectSchema],
] as const;

describe.each(SCHEMAS)('Stored data that %s no longer takes', (_, schema) => {
  describe("with onInvalidData: 'drop'", () => {
    it('reads as absent, or as its default', async () => {
      const sessions = await SchemaSessions.of<ShopSession>(schema);
      const token = await sessions.storedAs({ ...MISFITS, name: '{"first":"Ann"', visits: 'many' });
      const session = await sessions.open(token);
      expect([session.cart.items, session.visits]).toEqual([[], 0]);
      expect(session.name).toBe('{"first":"Ann"');
    });

    it('stays stored until its field is written', async () => {
      const sessions = await SchemaSessions.of<ShopSession>(schema);
      const token = await sessions.storedAs(MISFITS);
      const session = await sessions.open(token);
      expect([session.cart.items, session.visits]).toEqual([[], 3]);
      await expect(session.save()).resolves.toMatchObject({ changed: false });
      session.cart.items.push('tea');
      expect(await refusals(session)).toEqual([]);
      expect(await sessions.texts(token)).toEqual({ ...MISFITS, cart: '{"items":["tea"]}' });
      expect((await sessions.open(token)).cart.items).toEqual(['tea']);
    });

    it('is no ground for update() to fail', async () => {
      const sessions = await SchemaSessions.of<ShopSession>(schema);
      const session = await sessions.open(await sessions.storedAs({ visits: 'many' }));
      await expect(session.update('visits', (visits) => visits! + 1)).resolves.toBe(1);
    });
  });

  describe("with onInvalidData: 'fail'", () => {
    it('fails the request and names the place without the value', async () => {
      const sessions = await SchemaSessions.of<ShopSession>(schema, { onInvalidData: 'fail' });
      const token = await sessions.storedAs({ cart: '{"items":[17]}' });
      const lines = await issuesOf(async () => (await sessions.open(token)).cart);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/^cart\.items/);
      expect(lines[0]).not.toContain('17');
    });

    it('is no obstacle where all fits', async () => {
      const sessions = await SchemaSessions.of<ShopSession>(schema, { onInvalidData: 'fail' });
      const token = await sessions.storedAs({ visits: '4' });
      expect(await issuesOf(async () => (await sessions.open(token)).visits)).toEqual([]);
      expect(await issuesOf(async () => (await sessions.open()).cart)).toEqual([]);
    });
  });

  describe("with onInvalidData: 'reset'", () => {
    it('takes all data with it, loaded or not, but nothing of the library', async () => {
      const sessions = await SchemaSessions.of<ShopSession>(schema, { onInvalidData: 'reset' });
      const token = await sessions.storedAs(MISFITS);
      const session = await sessions.open(token, ['cart']);
      expect(session.cart.items).toEqual([]);
      expect(await sessions.texts(token)).toEqual({ '@f': '{"hello":1}' });
      const next = await sessions.open(token);
      expect([next.cart.items, next.visits, next.name]).toEqual([[], 0, undefined]);
      expect(next.isNew).toBe(false);
    });

    it('lets the same request store anew', async () => {
      const sessions = await SchemaSessions.of<ShopSession>(schema, { onInvalidData: 'reset' });
      const token = await sessions.storedAs(MISFITS);
      const session = await sessions.open(token);
      session.cart.items.push('tea');
      await session.save();
      expect(await sessions.texts(token)).toEqual({
        '@f': '{"hello":1}',
        cart: '{"items":["tea"]}',
      });
    });

    it('loses nothing that a parallel request has stored since', async () => {
      const sessions = await SchemaSessions.of<ShopSession>(schema, { onInvalidData: 'reset' });
      const token = await sessions.storedAs(MISFITS);
      const [one, two] = await Promise.all([sessions.open(token), sessions.open(token)]);
      one.cart.items.push('tea');
      two.visits++;
      await one.save();
      await two.save();
      const { cart, visits } = await sessions.open(token);
      expect([cart.items, visits]).toEqual([['tea'], 1]);
    });

    it('also when the session is reloaded', async () => {
      const sessions = await SchemaSessions.of<ShopSession>(schema, { onInvalidData: 'reset' });
      const token = await sessions.storedAs({ visits: '1', name: 'Ann' });
      const session = await sessions.open(token);
      await sessions.put(token, 'visits', 'many');
      await session.reload();
      expect([session.visits, session.name]).toEqual([0, undefined]);
    });

    it('leaves alone a session that fits', async () => {
      const sessions = await SchemaSessions.of<ShopSession>(schema, { onInvalidData: 'reset' });
      const token = await sessions.storedAs({ visits: '1', name: 'Ann' });
      const session = await sessions.open(token);
      expect([session.visits, session.name]).toEqual([1, 'Ann']);
      expect(sessions.store.commits).toBe(0);
    });
  });
});

describe('Stored data with a key that could reach a prototype', () => {
  const texts = { cart: '{"__proto__":{"admin":true}}', visits: '1' };

  it.each([['no schema', undefined], ...SCHEMAS] as const)('is dropped: %s', async (_, schema) => {
    const sessions = await SchemaSessions.of<Record<string, unknown>>(schema);
    const session = await sessions.open(await sessions.storedAs(texts));
    expect(session.cart).toEqual(schema === undefined ? undefined : { items: [] });
    expect(session.visits).toBe(1);
  });

  it.each([['no schema', undefined], ...SCHEMAS] as const)('is reset: %s', async (_, schema) => {
    const sessions = await SchemaSessions.of<Record<string, unknown>>(schema, {
      onInvalidData: 'reset',
    });
    const token = await sessions.storedAs(texts);
    await sessions.open(token);
    expect(await sessions.texts(token)).toEqual({});
  });

  it.each([['no schema', undefined], ...SCHEMAS] as const)('fails: %s', async (_, schema) => {
    const sessions = await SchemaSessions.of<Record<string, unknown>>(schema, {
      onInvalidData: 'fail',
    });
    const token = await sessions.storedAs(texts);
    expect(await issuesOf(async () => (await sessions.open(token)).cart)).toHaveLength(1);
  });
});

describe('What the library stores beside the data', () => {
  it('is no ground for a reset', async () => {
    const sessions = await SchemaSessions.of<{ a?: number }>(undefined, { onInvalidData: 'reset' });
    const token = await sessions.storedAs({ a: '1', '@f': '{"__proto__":{}}' });
    expect((await sessions.open(token)).a).toBe(1);
  });
});

describe('A stored field whose name reaches a prototype', () => {
  it('never gets to a Standard Schema', async () => {
    const given: object[] = [];
    const schema = z.looseObject({}).transform((data) => (given.push(data), data));
    const sessions = await SchemaSessions.of<{ admin?: boolean }>(schema);
    const token = await sessions.storedAs({ a: '1', ['__proto__']: '{"admin":true}' });
    expect((await sessions.open(token)).admin).toBeUndefined();
    expect(given.map((data) => (data as { admin?: boolean }).admin)).not.toContain(true);
  });
});

describe('A field loaded later that does not fit', () => {
  it("reads as absent under 'reset', as the handler already works with the rest", async () => {
    const sessions = await SchemaSessions.of<ShopSession>(ShopSession, { onInvalidData: 'reset' });
    const token = await sessions.storedAs({ visits: '1', name: 'Ann', cart: '7' });
    const session = await sessions.open(token, ['visits']);
    await session.load('cart');
    expect(session.cart.items).toEqual([]);
    expect((await sessions.texts(token)).name).toBe('Ann');
  });
});
