import { DataError, formatPath, isForbiddenKey } from '../../../lib/core/data-error.js';

describe('A data error', () => {
  it('tells rule, place and cure', () => {
    const error = new DataError('too-large', 'cart.items', 'cart.items is too large. Store less.');
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'DataError',
      reason: 'too-large',
      path: 'cart.items',
      message: 'cart.items is too large. Store less.',
    });
  });
});

describe('A path', () => {
  it.each<[string, PropertyKey[], string]>([
    ['cart', ['items', 2, 'price'], 'cart.items[2].price'],
    ['cart', [], 'cart'],
    ['', [], ''],
    ['', ['a', 'b'], 'a.b'],
    ['', [0], '[0]'],
    ['cart', ['unit price'], 'cart["unit price"]'],
    ['cart', ['0', ''], 'cart["0"][""]'],
    ['cart', ['größe', '$x', '_y', '__proto__'], 'cart.größe.$x._y.__proto__'],
    ['cart', ['a"]\n'], 'cart["a\\"]\\n"]'],
    ['cart', [Symbol('s')], 'cart[Symbol(s)]'],
  ])('from %p over %p reads %p', (root, keys, path) => {
    expect(formatPath(root, keys)).toBe(path);
  });
});

describe('Forbidden keys', () => {
  it('are the three that lead to a prototype, in this spelling', () => {
    expect(['__proto__', 'constructor', 'prototype'].every(isForbiddenKey)).toBe(true);
    expect(['proto', '__proto', 'Constructor', 'toString', ''].some(isForbiddenKey)).toBe(false);
  });
});
