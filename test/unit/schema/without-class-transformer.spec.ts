import { IsDate, IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';
import { ClassSchema } from '../../../lib/schema/class-schema.js';
import { loadClassTransformer } from '../../../lib/schema/class-transformer.js';
import { refusals, SchemaSessions } from './schema-sessions.js';

class Cart {
  @IsString({ each: true }) items: string[] = [];
}

class ShopSession {
  @IsOptional() @ValidateNested() cart: Cart = new Cart();
  @IsInt() visits: number = 0;
  @IsOptional() @IsString() name?: string;
  @IsOptional() @IsDate() since?: Date;
}

function sessionsWithout(): Promise<SchemaSessions<ShopSession>> {
  const parts = {
    type: ShopSession,
    whole: false,
    version: 0,
    migrate: undefined,
    transformer: undefined,
  };
  const schema = new ClassSchema(parts, { field: 16_384, depth: 8 }, 'drop');
  return SchemaSessions.of<ShopSession>(ShopSession, { made: { schema, policyOf: () => 'deep' } });
}

describe('A class schema in an app without class-transformer', () => {
  it('has defaults, strings, dates and validation', async () => {
    const sessions = await sessionsWithout();
    const token = await sessions.storedAs({ name: '1234', since: '2026-01-01', visits: 'many' });
    const session = await sessions.open(token);
    expect([session.name, session.since, session.visits]).toEqual([
      '1234',
      new Date('2026-01-01'),
      0,
    ]);
    expect(session.cart).toBeInstanceOf(Cart);
    session.visits = 0.5;
    expect(await refusals(session)).toEqual(['visits must be an integer number']);
  });

  it('gives nested values as plain objects, and validates those that are instances', async () => {
    const sessions = await sessionsWithout();
    const session = await sessions.open(await sessions.storedAs({ cart: '{"items":["tea"]}' }));
    expect(session.cart).toEqual({ items: ['tea'] });
    expect(session.cart).not.toBeInstanceOf(Cart);
    session.cart = Object.assign(new Cart(), { items: [1] });
    expect(await refusals(session)).toEqual(['cart.items: each value in items must be a string']);
  });
});

describe('class-transformer', () => {
  it('is found where it is installed, with its register of properties', async () => {
    const transformer = await loadClassTransformer();
    expect(transformer?.namesOf(ShopSession)).toEqual([]);
    expect(transformer?.changes(ShopSession, 'cart')).toBe(false);
  });
});
