import {
  BoundedCopies,
  type Copy,
  type CopyBounds,
} from '../../../../lib/redis/local-copy/bounded-copies.js';

const BOUNDS: CopyBounds = { from: 0, maxBytes: 1_000_000, maxEntries: 100 };

function copyOf(text: string, version = 'v1'): Copy {
  return { version, texts: new Map([['field', text]]) };
}

function copiesWithin(bounds: Partial<CopyBounds>): BoundedCopies {
  return new BoundedCopies({ ...BOUNDS, ...bounds });
}

function keysOf(copies: BoundedCopies, keys: string): string {
  return [...keys].filter((key) => copies.has(key)).join('');
}

describe('Copies within bounds', () => {
  it('are there as they were kept, and gone once they are dropped', () => {
    const copies = copiesWithin({});
    copies.keep('a', copyOf('text'));
    expect(copies.get('a')).toMatchObject(copyOf('text'));
    expect(copies.get('b')).toBeUndefined();

    copies.drop('a');
    copies.drop('b');
    expect(copies.get('a')).toBeUndefined();
  });

  it('are never more than maxEntries: the one that was not used for longest makes room', () => {
    const copies = copiesWithin({ maxEntries: 3 });
    for (const key of 'abc') copies.keep(key, copyOf(key));
    copies.get('a');
    copies.keep('b', copyOf('again'));
    copies.keep('d', copyOf('d'));
    expect(keysOf(copies, 'abcd')).toBe('abd');
    copies.keep('e', copyOf('e'));
    expect(keysOf(copies, 'abcde')).toBe('bde');
  });

  it('never take more than maxBytes together, names and what a Map needs included', () => {
    const copies = copiesWithin({ maxBytes: 10_000 });
    for (const key of 'abcd') copies.keep(key, copyOf('x'.repeat(3_000)));
    expect(keysOf(copies, 'abcd')).toBe('bcd');
    copies.keep('e', copyOf('x'.repeat(9_000)));
    expect(keysOf(copies, 'abcde')).toBe('e');
  });

  it('give back what they took when they are replaced or dropped', () => {
    const copies = copiesWithin({ maxBytes: 10_000 });
    for (let at = 0; at < 50; at++) copies.keep('a', copyOf('x'.repeat(4_000), `v${at}`));
    copies.keep('b', copyOf('x'.repeat(4_000)));
    expect(keysOf(copies, 'ab')).toBe('ab');
    copies.drop('a');
    copies.keep('c', copyOf('x'.repeat(4_000)));
    expect(keysOf(copies, 'abc')).toBe('bc');
  });

  it('are not kept where one alone is larger than all may be, and the others stay', () => {
    const copies = copiesWithin({ maxBytes: 10_000 });
    copies.keep('a', copyOf('small'));
    copies.keep('b', copyOf('small'));
    copies.keep('b', copyOf('x'.repeat(10_000)));
    expect(keysOf(copies, 'ab')).toBe('a');
  });

  it('are not kept where the content is less than `from`, in bytes of UTF-8', () => {
    const copies = copiesWithin({ from: 1_000 });
    copies.keep('a', copyOf('x'.repeat(1_000 - 'field'.length - 1)));
    copies.keep('b', copyOf('x'.repeat(1_000 - 'field'.length)));
    copies.keep('c', copyOf('é'.repeat(500)));
    copies.keep('d', copyOf('é'.repeat(400)));
    expect(keysOf(copies, 'abcd')).toBe('bc');
    copies.keep('b', copyOf('shrunk'));
    expect(keysOf(copies, 'abcd')).toBe('c');
  });

  it('count texts that are not ASCII with two bytes for each unit', () => {
    const copies = copiesWithin({ maxBytes: 10_000 });
    copies.keep('a', copyOf(`${'x'.repeat(4_900)}😀`));
    copies.keep('b', copyOf('x'.repeat(100)));
    expect(keysOf(copies, 'ab')).toBe('b');
  });

  it('do not show what they hold where they are printed', () => {
    const copies = copiesWithin({});
    copies.keep('a', copyOf('secret'));
    expect(`${JSON.stringify(copies)} ${Object.keys(copies).join()}`).toBe('{} ');
  });
});
