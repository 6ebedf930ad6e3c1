import { IsOptional, IsString } from 'class-validator';
import { z } from 'zod';
import { SESSION_MEMBERS, isFieldName, isReservedName } from '../../../lib/core/reserved-names.js';
import { resolveOptions } from '../../../lib/options/resolve-options.js';
import { SECRET, problemsOf, resolve } from './given-options.js';

class Base {
  @IsString() name: string = '';
}

class ShopSession extends Base {
  @IsOptional() cart?: object;
}

class Undecorated {
  name: string = '';
}

class WithMember {
  @IsString() handle: string = '';
}

class WithInheritedMember extends WithMember {
  @IsString() name: string = '';
}

class WithUndecoratedMember {
  @IsString() name: string = '';
  flash: string[] = [];
}

class WithLibraryField {
  @IsString() '@roles': string = '';
}

class WithOddField {
  @IsString() 'full name': string = '';
}

class WithArguments {
  @IsString() name: string;

  constructor(given: { name: string }) {
    this.name = given.name;
  }
}

const migrate = (data: Record<string, unknown>): Record<string, unknown> => data;

describe('schema', () => {
  it.each([
    ['a class', ShopSession],
    ['a Standard Schema', z.object({ cart: z.array(z.string()) })],
    ['a Standard Schema that is a function', standardFunction()],
  ])('takes %s, alone or with its options', (_case, type) => {
    expect(resolve({ schema: type }).schema).toEqual({
      type,
      whole: false,
      version: 0,
      migrate: undefined,
    });
    const schema = { type, whole: true, version: 3, migrate };
    expect(resolve({ schema }).schema).toEqual(schema);
  });

  it.each([
    ['null', null, 'schema: null was given'],
    ['a function', (): void => undefined, 'but it must be a class'],
    ['an instance', new ShopSession(), 'schema.type: nothing was given'],
    [
      'a class without decorators',
      Undecorated,
      'schema: the class Undecorated was given, but it has no decorator',
    ],
    ['a class that needs arguments', WithArguments, 'Let its constructor work without arguments'],
    ['a member of Session', WithMember, "schema: 'handle' was given"],
    ['an inherited member of Session', WithInheritedMember, "schema: 'handle' was given"],
    ['an undecorated member of Session', WithUndecoratedMember, "Rename the field 'flash'."],
    ["the library's own field", WithLibraryField, "schema: '@roles' was given"],
    ['a name that no field can have', WithOddField, "schema: 'full name' was given"],
    ['a member of Session in zod', z.object({ save: z.string() }), "schema: 'save' was given"],
    ['no type', { whole: true }, 'schema.type: nothing was given'],
    ['another type', { type: 'string' }, "schema.type: 'string' was given"],
    [
      'a misspelt option',
      { type: ShopSession, hole: true },
      "schema.hole: unknown option, given as a boolean. Did you mean 'schema.whole'?",
    ],
    ['whole in words', { type: ShopSession, whole: 'yes' }, 'schema.whole: '],
    ['version 0', { type: ShopSession, version: 0, migrate }, 'schema.version: 0 was given'],
    [
      'a version in words',
      { type: ShopSession, version: '2', migrate },
      "schema.version: '2' was given",
    ],
    ['a version without migration', { type: ShopSession, version: 2 }, 'Add schema.migrate.'],
    ['a migration without version', { type: ShopSession, migrate }, 'Add schema.version: 1.'],
    [
      'a migration that is no function',
      { type: ShopSession, version: 2, migrate: {} },
      'schema.migrate: an object',
    ],
  ])('is refused: %s', (_case, schema, expected) => {
    expect(problemsOf({ schema }).join('\n')).toContain(expected);
  });

  it('is typed for a class and for a Standard Schema, with or without its options', () => {
    const type = z.object({ cart: z.array(z.string()) });
    for (const schema of [
      ShopSession,
      type,
      { type },
      { type: ShopSession, version: 1, migrate },
    ]) {
      expect(resolveOptions({ secret: SECRET, store: 'memory', schema }).schema).toBeDefined();
    }
  });

  /** As ArkType makes them. */
  function standardFunction(): object {
    const props = { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) };
    return Object.assign((value: unknown) => value, { '~standard': props });
  }
});

describe('the name of a field', () => {
  it.each(['cart', 'user_id', 'a.b', 'a:b', 'a-b', 'X', '0', 'x'.repeat(64)])(
    'may be %s',
    (name) => {
      expect(isFieldName(name)).toBe(true);
    },
  );

  it.each([
    '',
    'a b',
    '@roles',
    'é',
    'a{b}',
    'x'.repeat(65),
    '__proto__',
    'constructor',
    'toString',
    'a\n',
    ...SESSION_MEMBERS,
  ])('is never %j', (name) => {
    expect(isFieldName(name)).toBe(false);
  });

  it.each(['login', '@', '@any thing', 'prototype', '__proto__', 'constructor'])(
    'is reserved: %s',
    (name) => {
      expect(isReservedName(name)).toBe(true);
    },
  );
});
