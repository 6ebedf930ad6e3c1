import { Type } from 'class-transformer';
import { IsInt, IsObject, IsOptional, ValidateNested } from 'class-validator';
import { z } from 'zod';
import { SessionConflictError, SessionOptionsError } from '../../../lib/core/errors.js';
import type { MergePolicy } from '../../../lib/core/merge.js';
import { Merge, mergePolicies } from '../../../lib/decorators/merge.decorator.js';
import { SchemaSessions, tokenOf } from './schema-sessions.js';

const longer: MergePolicy = (_base, mine, theirs) =>
  String(mine).length > String(theirs).length ? mine : theirs;

class Counted {
  @IsInt() @Merge('sum') visits: number = 0;
  @IsOptional() @Merge(longer) note?: unknown;
}

class ShopSession extends Counted {
  @IsOptional() @IsObject() @Merge('reject') order?: object;
  @IsInt() plain: number = 0;
}

class Overriding extends ShopSession {
  @Merge('last-write') override visits: number = 0;
}

type Change = (session: ShopSession, by: number) => void;

/** Two requests at once, each of which makes the change. */
async function inParallel(
  schema: new () => object,
  change: Change,
  merge?: Readonly<Record<string, MergePolicy>>,
): Promise<ShopSession> {
  const sessions = await SchemaSessions.of<ShopSession>(schema, { merge });
  const token = await sessions.storedAs({ visits: '1', plain: '1' });
  const [one, two] = [await sessions.open(token), await sessions.open(token)];
  change(one, 2);
  change(two, 3);
  await one.save();
  await two.save();
  return sessions.open(token);
}

describe('Parallel changes of a default', () => {
  class Game {
    @IsInt() @Merge('sum') lives: number = 3;
    @IsObject() settings: Record<string, number> = { sound: 1, light: 1 };
  }

  it('are merged from the default, not from nothing', async () => {
    const sessions = await SchemaSessions.of<Game>(Game);
    const token = await sessions.storedAs({});
    const [one, two] = [await sessions.open(token), await sessions.open(token)];
    one.lives--;
    two.lives--;
    one.settings.sound = 7;
    two.settings.light = 9;
    await one.save();
    await two.save();
    const { lives, settings } = await sessions.open(token);
    expect([lives, settings]).toEqual([1, { sound: 7, light: 9 }]);
  });

  it('are counted once by update()', async () => {
    const sessions = await SchemaSessions.of<Game>(Game);
    const session = await sessions.open(await sessions.storedAs({}));
    session.lives = 2;
    await expect(session.increment('lives', -1)).resolves.toBe(1);
    expect((await sessions.open(tokenOf(session))).lives).toBe(1);
  });

  it('are not stored where a handler only assigned the default again', async () => {
    const session = await (await SchemaSessions.of<Game>(Game)).open();
    session.lives = 3;
    await expect(session.save()).resolves.toMatchObject({ changed: false });
  });
});

describe('Parallel changes of a value that the class fills up', () => {
  class Item {
    @IsInt() qty: number = 1;
  }
  class Shop {
    @Type(() => Item) @ValidateNested({ each: true }) cart: Item[] = [];
  }

  it('are merged as both handlers saw it, whoever wrote it', async () => {
    const sessions = await SchemaSessions.of<Shop>(Shop);
    const token = await sessions.storedAs({ cart: '[{"sku":"tea"}]' });
    const [one, two] = [await sessions.open(token), await sessions.open(token)];
    one.cart.push(Object.assign(new Item(), { sku: 'milk' }));
    two.cart.push(Object.assign(new Item(), { sku: 'jam' }));
    await one.save();
    await two.save();
    expect((await sessions.open(token)).cart).toEqual(
      ['tea', 'milk', 'jam'].map((sku) => Object.assign(new Item(), { sku })),
    );
  });

  it.each([
    ['a class', Shop],
    ['a Standard Schema', z.object({ cart: z.array(z.looseObject({ qty: z.int().default(1) })) })],
  ])('are merged also with what another language appended: %s', async (_, schema) => {
    const sessions = await SchemaSessions.of<Shop>(schema);
    const token = await sessions.storedAs({ cart: '[{"sku":"tea"}]' });
    const session = await sessions.open(token);
    session.cart.push(Object.assign(new Item(), { sku: 'jam' }));
    await sessions.put(token, 'cart', '[{"sku": "tea"}, {"sku": "milk"}]');
    await session.save();
    expect((await sessions.open(token)).cart).toMatchObject([
      { sku: 'tea', qty: 1 },
      { sku: 'milk', qty: 1 },
      { sku: 'jam', qty: 1 },
    ]);
  });
});

describe('@Merge()', () => {
  const count: Change = (session, by) => (session.visits += by);

  it('decides how parallel changes of its property become one', async () => {
    expect((await inParallel(ShopSession, count)).visits).toBe(6);
    const { plain } = await inParallel(ShopSession, (session, by) => (session.plain += by));
    expect(plain).toBe(4);
    const { note } = await inParallel(ShopSession, (session, by) => {
      session.note = 'x'.repeat(5 - by);
    });
    expect(note).toBe('xxx');
  });

  it("can refuse them: 'reject'", async () => {
    const work = inParallel(ShopSession, (session, by) => (session.order = { by }));
    await expect(work).rejects.toThrow(SessionConflictError);
  });

  it('gives way to the option merge', async () => {
    expect((await inParallel(ShopSession, count, { visits: 'last-write' })).visits).toBe(4);
    expect((await inParallel(ShopSession, count, { plain: 'sum' })).visits).toBe(6);
  });

  it('is inherited, and overridden by a subclass alone', async () => {
    expect(mergePolicies(ShopSession).get('visits')).toBe('sum');
    expect(mergePolicies(Overriding).get('visits')).toBe('last-write');
    expect((await inParallel(Overriding, count)).visits).toBe(4);
    expect([...mergePolicies(Counted).keys()]).toEqual(['visits', 'note']);
    expect([...mergePolicies(class {})]).toEqual([]);
  });

  it('refuses at once a policy there is none of, and names that no field can have', () => {
    const decorate = (policy: string, name: string | symbol): void =>
      Merge(policy as MergePolicy)(ShopSession.prototype, name);
    expect(() => decorate('add', 'visits')).toThrow(SessionOptionsError);
    expect(() => decorate('sum', 'login')).toThrow(/@Merge\(\) on ShopSession\.login/);
    expect(() => decorate('sum', Symbol('x'))).toThrow(SessionOptionsError);
  });
});
