import { DataError } from '../../../lib/core/data-error.js';
import { assertStorable } from '../../../lib/core/plain-data.js';

function refusal(value: unknown, maxDepth = 8): DataError | undefined {
  try {
    assertStorable(value, 'cart', maxDepth);
    return undefined;
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
}

class Item {
  #secret = 1;
  constructor(readonly price: unknown) {}
  get secret(): number {
    return this.#secret;
  }
}

class Self {
  readonly a = 1;
  toJSON(): this {
    return this;
  }
}

describe('Data to be stored', () => {
  it.each([
    ['null', null],
    ['a string', 'x'],
    ['a number', -1.5],
    ['a boolean', false],
    ['nested objects and arrays', { items: [{ price: 1 }, []], note: null }],
    ['a class instance', new Item(3)],
    ['an object without prototype', Object.assign(Object.create(null) as object, { a: 1 })],
    ['a Date', { at: new Date() }],
    ['a Buffer', Buffer.from('abc')],
    ['whatever has a toJSON()', Object.assign(new Map(), { toJSON: () => [1] })],
    ['undefined properties', { a: undefined }],
    ['the same object twice', ((shared) => [shared, { shared }])({ a: 1 })],
    ['symbol keys, which JSON leaves out', { [Symbol('s')]: () => 1 }],
    ['an object whose toJSON() gives itself', new Self()],
    ['the words of forbidden keys as text', { a: '__proto__' }],
  ])('may be %s', (_, value) => {
    expect(refusal(value)).toBeUndefined();
  });

  it.each([
    ['a function', () => 1, 'a function'],
    ['a symbol', Symbol('s'), 'a symbol'],
    ['a bigint', 10n, 'a bigint'],
    ['NaN', NaN, 'NaN'],
    ['Infinity', Infinity, 'Infinity'],
    ['an invalid Date', new Date(NaN), 'an invalid Date'],
    ['a Map', new Map(), 'a Map'],
    ['a Set', new Set(), 'a Set'],
    ['a WeakMap', new WeakMap(), 'a WeakMap'],
    ['a Promise', Promise.resolve(1), 'a Promise'],
    ['a typed array', new Uint8Array(1), 'a Uint8Array'],
    ['an ArrayBuffer', new ArrayBuffer(1), 'a ArrayBuffer'],
    ['a RegExp', /x/, 'a RegExp'],
    ['an Error', new TypeError('x'), 'a Error'],
    ['undefined in an array', [undefined], 'undefined'],
    ['a hole in an array', new Array<number>(1), 'undefined'],
    ['what a toJSON() gives', { toJSON: () => 1n }, 'a bigint'],
  ])('may not hold %s', (_, value, name) => {
    const error = refusal({ items: [0, 1, { price: value }] });
    expect(error?.reason).toBe('not-json');
    expect(error?.path.startsWith('cart.items[2].price')).toBe(true);
    expect(error?.message).toContain(`${error?.path} is ${name}, which JSON can't hold.`);
    expect(refusal(value)?.reason).toBe('not-json');
  });

  it('may not be undefined itself, which would leave nothing to store', () => {
    expect(refusal(undefined)).toMatchObject({ reason: 'not-json', path: 'cart' });
  });

  it('may not contain itself', () => {
    const cart: Record<string, unknown> = { items: [] };
    (cart.items as unknown[]).push({ cart });
    expect(refusal(cart)).toMatchObject({ reason: 'not-json', path: 'cart.items[0].cart' });
  });

  it.each(['__proto__', 'constructor', 'prototype'])('may not have the key %s', (key) => {
    const error = refusal({ a: [JSON.parse(`{"${key}":1}`)] });
    expect(error).toMatchObject({ reason: 'forbidden-key', path: `cart.a[0].${key}` });
  });

  it('may be as deep as allowed and no deeper, counting the value itself', () => {
    expect(refusal(1, 1)).toBeUndefined();
    expect(refusal({}, 1)).toBeUndefined();
    expect(refusal({ a: 1 }, 1)).toMatchObject({ reason: 'too-deep', path: 'cart.a' });
    expect(refusal({ a: [{ b: 1 }] }, 4)).toBeUndefined();
    expect(refusal({ a: [{ b: {} }] }, 3)).toMatchObject({ path: 'cart.a[0].b' });
    expect(refusal({ a: { toJSON: () => ({ b: 1 }) } }, 2)).toMatchObject({ path: 'cart.a.b' });
  });

  it('is named without its values when it is refused', () => {
    const error = refusal({ token: 'hunter2', 'unit price': { 'hunter2 ': new Set(['hunter2']) } });
    expect(error?.path).toBe('cart["unit price"]["hunter2 "]');
    expect(error?.message.match(/hunter2/g)).toHaveLength(1);
  });
});
