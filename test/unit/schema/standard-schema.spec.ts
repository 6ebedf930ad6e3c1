import { z } from 'zod';
import type { StandardSchemaResult, StandardSchemaV1 } from '../../../lib/core/standard-schema.js';
import { issuesOf, refusals, SchemaSessions } from './schema-sessions.js';

const Shop = z.object({
  cart: z.array(z.object({ sku: z.string(), qty: z.int().positive().default(1) })).default([]),
  visits: z.number().default(0),
  since: z.coerce.date().optional(),
  name: z.string().trim().optional(),
  pin: z.string().nullable().optional(),
  settings: z
    .object({ theme: z.object({ dark: z.boolean() }) })
    .default({ theme: { dark: false } }),
});

type Shop = z.output<typeof Shop>;

function shop(): Promise<SchemaSessions<Shop>> {
  return SchemaSessions.of<Shop>(Shop);
}

function schemaOf(
  validate: (
    value: unknown,
  ) => StandardSchemaResult<unknown> | Promise<StandardSchemaResult<unknown>>,
): StandardSchemaV1 {
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

describe('A session with a Standard Schema', () => {
  it('shows what the schema makes of the data: defaults, coercions, nested ones too', async () => {
    const sessions = await shop();
    const token = await sessions.storedAs({
      cart: '[{"sku":"tea"}]',
      since: '2026-01-02T00:00:00Z',
      name: ' Ann ',
    });
    const session = await sessions.open(token);
    expect(session.cart).toEqual([{ sku: 'tea', qty: 1 }]);
    expect(session.since).toEqual(new Date('2026-01-02'));
    expect([session.name, session.visits]).toEqual(['Ann', 0]);
    expect(Object.keys(session).sort()).toEqual(['cart', 'name', 'settings', 'since', 'visits']);
  });

  it('stores none of that until it differs', async () => {
    const sessions = await shop();
    const token = await sessions.storedAs({ cart: '[ {"sku":"tea"} ]', name: ' Ann ', since: '0' });
    const session = await sessions.open(token);
    void [session.cart, session.name, session.since, session.visits, session.settings];
    await expect(session.save()).resolves.toMatchObject({ changed: false });
    expect(sessions.store.commits).toBe(0);
  });

  it('stores the fields that changed, however deep, and no others', async () => {
    const sessions = await shop();
    const token = await sessions.storedAs({ cart: '[{"sku":"tea"}]', name: ' Ann ' });
    const session = await sessions.open(token);
    session.cart[0]!.qty = 4;
    session.settings.theme.dark = true;
    await expect(session.save()).resolves.toMatchObject({ changed: true });
    expect(await sessions.texts(token)).toEqual({
      cart: '[{"sku":"tea","qty":4}]',
      name: ' Ann ',
      settings: '{"theme":{"dark":true}}',
    });
    await expect(session.save()).resolves.toMatchObject({ changed: false });
    session.cart[0]!.qty = 5;
    await expect(session.save()).resolves.toMatchObject({ changed: true });
  });

  it('has its defaults before it is stored, and costs nothing then', async () => {
    const sessions = await shop();
    const session = await sessions.open();
    expect([session.cart, session.visits]).toEqual([[], 0]);
    await expect(session.save()).resolves.toMatchObject({ changed: false });
    session.cart.push({ sku: 'tea', qty: 1 });
    await session.save();
    expect(Object.keys(session)).toContain('cart');
    expect(sessions.store.commits).toBe(0);
  });

  it.each(['new', 'stored'])('never shares a default with another session: %s', async (kind) => {
    const shared = { theme: { dark: false } };
    const schema = schemaOf((value) => ({ value: { settings: shared, ...(value as object) } }));
    const sessions = await SchemaSessions.of<Shop>(schema);
    const open = async (): Promise<Shop> =>
      sessions.open(kind === 'stored' ? await sessions.storedAs({ visits: '1' }) : undefined);
    (await open()).settings.theme.dark = true;
    expect((await open()).settings.theme.dark).toBe(false);
  });

  it('gives each visitor a random default of its own, and keeps it', async () => {
    let made = 0;
    const WithId = z.object({
      id: z.string().default(() => `id-${++made}`),
      visits: z.number().default(0),
    });
    const sessions = await SchemaSessions.of<z.output<typeof WithId>>(WithId);
    const [one, two] = [await sessions.open(), await sessions.open()];
    expect(one.id).not.toBe(two.id);
    const { id } = one;
    await one.save();
    const token = await sessions.storedAs({ visits: '1' });
    const first = await sessions.open(token);
    const seen = first.id;
    await first.save();
    expect([(await sessions.open(token)).id, one.id]).toEqual([seen, id]);
  });

  it('loads all fields, whatever its handler declares', async () => {
    const sessions = await shop();
    const token = await sessions.storedAs({ visits: '3', name: 'Ann' });
    expect((await sessions.open(token, ['visits'])).name).toBe('Ann');
    expect((await sessions.open(undefined, ['visits'])).cart).toEqual([]);
  });

  it('takes numbers, booleans and null of other languages for strings where it says string', async () => {
    const sessions = await shop();
    const token = await sessions.storedAs({ name: '1234', pin: 'true', visits: '7' });
    const session = await sessions.open(token);
    expect([session.name, session.pin, session.visits]).toEqual(['1234', 'true', 7]);
    await expect(session.save()).resolves.toMatchObject({ changed: false });
    session.visits++;
    expect(await refusals(session)).toEqual([]);
    expect(await sessions.texts(token)).toEqual({ name: '1234', pin: 'true', visits: '8' });
    const nullable = await sessions.open(await sessions.storedAs({ name: 'null', pin: 'null' }));
    expect([nullable.name, nullable.pin]).toEqual(['null', null]);
  });

  it('still reads a string beside another field that does not fit', async () => {
    const sessions = await shop();
    const session = await sessions.open(await sessions.storedAs({ name: '1234', visits: 'true' }));
    expect([session.name, session.visits]).toEqual(['1234', 0]);
  });

  it('keeps null apart from the string "null" that this library stored', async () => {
    const sessions = await shop();
    const token = await sessions.stored((session) => {
      session.pin = 'null';
      session.name = '12';
    });
    const session = await sessions.open(token);
    expect([session.pin, session.name]).toEqual(['null', '12']);
  });

  it('shows a reloaded and an updated field as the schema makes it', async () => {
    const sessions = await shop();
    const token = await sessions.storedAs({ since: '2026-01-02T00:00:00Z' });
    const session = await sessions.open(token);
    await expect(session.update('visits', (visits) => visits! + 1)).resolves.toBe(1);
    await session.update('since', (since) => new Date(since!.getTime() + 1000));
    expect(session.since).toEqual(new Date('2026-01-02T00:00:01Z'));
    await session.reload();
    expect([session.since, session.visits, session.cart]).toEqual([
      new Date('2026-01-02T00:00:01Z'),
      1,
      [],
    ]);
    await expect(session.save()).resolves.toMatchObject({ changed: false });
  });

  it('merges parallel changes of one field', async () => {
    const sessions = await shop();
    const token = await sessions.storedAs({ cart: '[{"sku":"tea","qty":1}]' });
    const [one, two] = [await sessions.open(token), await sessions.open(token)];
    one.cart.push({ sku: 'milk', qty: 1 });
    two.cart.push({ sku: 'jam', qty: 1 });
    await one.save();
    await two.save();
    expect((await sessions.open(token)).cart.map(({ sku }) => sku)).toEqual(['tea', 'milk', 'jam']);
  });

  it('hides stored fields that the schema does not know, and leaves them stored', async () => {
    const sessions = await shop();
    const token = await sessions.storedAs({ visits: '1', foreign: '"x"' });
    const session = await sessions.open(token);
    expect('foreign' in session).toBe(false);
    expect(Object.keys(session)).not.toContain('foreign');
    expect((session as { foreign?: string }).foreign).toBeUndefined();
    session.visits++;
    await session.save();
    expect(await sessions.texts(token)).toEqual({ visits: '2', foreign: '"x"' });
  });
});

describe('A change that a Standard Schema refuses', () => {
  it('stores nothing, and names path and reason, but not the value', async () => {
    const sessions = await shop();
    const session = await sessions.open(await sessions.storedAs({ visits: '1' }));
    session.cart.push({ sku: 'tea', qty: 1 }, { sku: 'milk', qty: -1 });
    session.visits = 2;
    expect(await refusals(session)).toEqual(['cart[1].qty: Too small: expected number to be >0']);
    expect(sessions.store.commits).toBe(0);
  });

  it('is reported without the value that some libraries quote', async () => {
    const schema = schemaOf((value) => {
      const { pin } = value as { pin?: string };
      if (pin === undefined || pin === '1') return { value };
      return {
        issues: [{ message: `Expected "1" but received "${pin}"`, path: [{ key: 'pin' }] }],
      };
    });
    const session = await (await SchemaSessions.of<{ pin?: string }>(schema)).open();
    session.pin = 's3c.ret';
    expect(await refusals(session)).toEqual(['pin: Expected "1" but received this value']);
  });

  it('may lie in the session as a whole', async () => {
    const Trip = z
      .object({ from: z.string().optional(), to: z.string().optional() })
      .refine(({ from, to }) => from === undefined || from !== to, {
        message: 'from and to are one',
      });
    const sessions = await SchemaSessions.of<z.output<typeof Trip>>(Trip);
    const token = await sessions.storedAs({ from: 'Rome' });
    const session = await sessions.open(token);
    session.to = 'Rome';
    expect(await refusals(session)).toEqual(['from and to are one']);
    expect(await issuesOf(() => session.update('to', () => 'Rome'))).toEqual([
      'from and to are one',
    ]);
    session.to = 'Oslo';
    expect(await refusals(session)).toEqual([]);
  });

  it('is one that the schema would not take when it is read again', async () => {
    const Dated = z.object({ at: z.date().optional() });
    const session = await (await SchemaSessions.of<z.output<typeof Dated>>(Dated)).open();
    session.at = new Date();
    expect(await refusals(session)).toEqual(['at: Invalid input: expected date, received string']);
  });

  it('is a field that the schema leaves out', async () => {
    const session = await (await shop()).open();
    Object.assign(session, { colour: 'red' });
    expect(await refusals(session)).toEqual([
      'colour is left out by the schema, so it would be lost: declare it there.',
    ]);
  });

  it('may be any field where the schema is loose', async () => {
    const sessions = await SchemaSessions.of<Record<string, unknown>>(z.looseObject({}));
    const token = await sessions.stored((session) => (session.colour = 'red'));
    expect((await sessions.open(token)).colour).toBe('red');
  });
});

describe('A field that a Standard Schema requires', () => {
  const Account = z.object({
    owner: z.string(),
    cart: z.array(z.string()).default([]),
    since: z.coerce.date().default(new Date(0)),
  });
  type Account = z.output<typeof Account>;

  it('may be absent until it is set: defaults and coercions of the others hold', async () => {
    const sessions = await SchemaSessions.of<Account>(Account, { onInvalidData: 'fail' });
    const session = await sessions.open();
    expect([session.owner, session.cart, session.since]).toEqual([undefined, [], new Date(0)]);
    session.cart.push('tea');
    expect(await refusals(session)).toEqual([]);
    const token = await sessions.storedAs({ since: '2026-01-01' });
    const next = await sessions.open(token);
    expect([next.cart, next.since]).toEqual([[], new Date('2026-01-01')]);
    next.owner = 'Ann';
    expect(await refusals(next)).toEqual([]);
  });

  it('can not be removed once it is set', async () => {
    const sessions = await SchemaSessions.of<Partial<Account>>(Account);
    const token = await sessions.storedAs({ owner: 'Ann' });
    const session = await sessions.open(token);
    delete session.owner;
    expect(await refusals(session)).toEqual([
      'owner: Invalid input: expected string, received undefined',
    ]);
  });

  it('must be set with the first change under whole: true', async () => {
    const sessions = await SchemaSessions.of<Account>({ type: Account, whole: true });
    const session = await sessions.open();
    session.cart.push('tea');
    expect(await refusals(session)).toEqual([
      'owner: Invalid input: expected string, received undefined',
    ]);
    session.owner = 'Ann';
    expect(await refusals(session)).toEqual([]);
  });
});

describe('A Standard Schema written by hand', () => {
  it('may be asynchronous', async () => {
    const schema = schemaOf(async (value) => {
      await Promise.resolve();
      const { visits = 0, ...rest } = value as { visits?: unknown };
      if (typeof visits === 'number') return { value: { ...rest, visits } };
      return { issues: [{ message: 'no number', path: ['visits'] }] };
    });
    const sessions = await SchemaSessions.of<{ visits: number; name?: string }>(schema);
    const fresh = await sessions.open();
    expect(fresh.visits).toBe(0);
    fresh.visits = 2;
    await fresh.save();
    const token = await sessions.storedAs({ visits: '"x"', name: 'Ann' });
    const session = await sessions.open(token);
    expect([session.visits, session.name]).toEqual([0, 'Ann']);
    session.visits = 'x' as unknown as number;
    expect(await refusals(session)).toEqual(['visits: no number']);
  });

  it('that refuses the whole without a field to name loses all of it', async () => {
    const schema = schemaOf((value) =>
      Object.keys(value as object).length > 1 ? { issues: [{ message: 'too much' }] } : { value },
    );
    const sessions = await SchemaSessions.of<{ a?: number; b?: number }>(schema);
    const session = await sessions.open(await sessions.storedAs({ a: '1', b: '2' }));
    expect([session.a, session.b]).toEqual([undefined, undefined]);
  });

  it('that gives no object refuses every change', async () => {
    const sessions = await SchemaSessions.of<{ a?: number }>(schemaOf(() => ({ value: 5 })));
    const session = await sessions.open();
    session.a = 1;
    expect(await refusals(session)).toEqual(['The schema must give an object.']);
  });

  it('that gives what JSON has no room for is told so', async () => {
    const schema = schemaOf((value) => ({ value: { ...(value as object), tags: new Set(['a']) } }));
    const sessions = await SchemaSessions.of<{ a?: number }>(schema);
    const token = await sessions.storedAs({ a: '1' });
    await expect(sessions.open(token)).rejects.toThrow(/gives a Set/);
  });
});
