import {
  mergeField,
  needsCompare,
  rebaseField,
  type MergePolicy,
} from '../../../lib/core/merge.js';

function merged(policy: MergePolicy, base: unknown, mine: unknown, theirs: unknown): unknown {
  const result = mergeField(policy, base, mine, theirs);
  if ('rejected' in result) throw new Error('rejected');
  return result.merged;
}

describe('Merging two changes of one field', () => {
  describe('deep', () => {
    it.each<[string, unknown, unknown, unknown, unknown]>([
      ['takes what both sides made alike', 1, 2, 2, 2],
      ['takes theirs where I changed nothing', { a: 1 }, { a: 1 }, { a: 2 }, { a: 2 }],
      ['takes mine where they changed nothing', [1], [2], [1], [2]],
      ['takes mine on the same leaf', 1, 2, 3, 2],
      ['never does arithmetic', { id: 5 }, { id: 6 }, { id: 7 }, { id: 6 }],
      [
        'joins keys set by either side',
        { a: 1 },
        { a: 1, b: 2 },
        { a: 1, c: 3 },
        { a: 1, b: 2, c: 3 },
      ],
      ['joins objects made from nothing', undefined, { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
      ['joins objects made from null', null, { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
      [
        'joins deep inside',
        { x: { y: {} } },
        { x: { y: { a: 1 } } },
        { x: { y: { b: 2 } } },
        { x: { y: { a: 1, b: 2 } } },
      ],
      ['keeps my deletion', { a: 1, b: 1 }, { b: 1 }, { a: 1, b: 2 }, { b: 2 }],
      ['keeps their deletion', { a: 1, b: 1 }, { a: 1, b: 2 }, { b: 1 }, { b: 2 }],
      ['lets my deletion win over their change', { a: 1 }, {}, { a: 2 }, {}],
      ['lets my change win over their deletion', { a: 1 }, { a: 2 }, {}, { a: 2 }],
      ['lets my removal of the field win', { a: 1 }, undefined, { a: 2 }, undefined],
      ['lets my change win over their removal', { a: 1 }, { a: 2 }, undefined, { a: 2 }],
      ['appends theirs, then mine', [1], [1, 2], [1, 3, 4], [1, 3, 4, 2]],
      ['appends equal additions of both: two are two', [1], [1, 2], [1, 2], [1, 2, 2]],
      ['appends to arrays made from nothing', undefined, ['a'], ['b'], ['b', 'a']],
      [
        'compares elements deeply',
        [{ a: 1, b: 2 }],
        [{ b: 2, a: 1 }, 5],
        [{ a: 1, b: 2 }, 6],
        [{ a: 1, b: 2 }, 6, 5],
      ],
      ['takes my array where either side did more than append', [1, 2], [1, 2, 3], [2], [1, 2, 3]],
      ['takes my array where I removed', [1, 2], [2], [1, 2, 3], [2]],
      [
        'appends inside objects',
        { items: [] },
        { items: [1] },
        { items: [2], n: 1 },
        { items: [2, 1], n: 1 },
      ],
      ['takes mine where the kinds differ', {}, [1], { a: 1 }, [1]],
      ['takes mine where the base was of another kind', 'x', { a: 1 }, { b: 1 }, { a: 1 }],
      ['takes my null', { a: 1 }, null, { a: 2 }, null],
      [
        'sees no change in the order of keys',
        { a: 1, b: 2 },
        { b: 2, a: 1 },
        { a: 1, b: 3 },
        { a: 1, b: 3 },
      ],
      [
        'takes inherited names for absent',
        {},
        { toString: 1 },
        { valueOf: 2 },
        { toString: 1, valueOf: 2 },
      ],
    ])('%s', (_, base, mine, theirs, result) => {
      expect(merged('deep', base, mine, theirs)).toStrictEqual(result);
    });

    it('leaves out keys that could reach a prototype', () => {
      const mine: unknown = JSON.parse('{"a":1,"__proto__":{"admin":1},"constructor":1}');
      const theirs: unknown = JSON.parse('{"b":1,"__proto__":{"root":1},"prototype":1}');
      const result = merged('deep', {}, mine, theirs) as object;
      expect(Object.keys(result).sort()).toEqual(['a', 'b']);
      expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
      expect(({} as { admin?: unknown }).admin).toBeUndefined();
    });

    it('changes none of the values it merges', () => {
      const [base, mine, theirs] = [{ l: [1] }, { l: [1, 2], a: 1 }, { l: [1, 3], b: 1 }];
      const before = JSON.stringify([base, mine, theirs]);
      merged('deep', base, mine, theirs);
      expect(JSON.stringify([base, mine, theirs])).toBe(before);
    });
  });

  describe('sum', () => {
    it.each<[string, unknown, unknown, unknown, unknown]>([
      ['adds what both sides added', 10, 12, 15, 17],
      ['adds equal additions of both twice', 1, 2, 2, 3],
      ['subtracts', 10, 7, 9, 6],
      ['counts absent as 0', undefined, 1, 1, 2],
      ['counts my removal as a way back to 0', 5, undefined, 7, 2],
      ['keeps my removal where they added nothing', 5, undefined, 5, undefined],
      ['keeps their removal and my addition', 5, 6, undefined, 1],
      ['stays absent where both removed it', 5, undefined, undefined, undefined],
      ['counts a base that was no number as 0', 'x', 3, 4, 7],
      ['takes mine where theirs is no number', 1, 2, 'x', 2],
      ['takes mine where mine is no number', 1, 'x', 2, 'x'],
      [
        'adds key by key',
        { a: 1, b: 2 },
        { a: 2, b: 2 },
        { a: 5, b: 2, c: 1 },
        { a: 6, b: 2, c: 1 },
      ],
      ['adds keys set by both', undefined, { a: 1 }, { a: 2, b: 1 }, { a: 3, b: 1 }],
      [
        'merges the rest as deep',
        { n: 1, l: [] },
        { n: 2, l: [1] },
        { n: 2, l: [2] },
        { n: 3, l: [2, 1] },
      ],
      ['keeps a key both removed absent', { a: 5, b: 1 }, { b: 2 }, { b: 2 }, { b: 3 }],
      ['adds decimals without noise', 0.1, 0.3, 0.2, 0.4],
      ['adds small decimals without noise', 0, 1e-7, 2e-7, 3e-7],
      [
        'keeps integers exact',
        9007199254740000,
        9007199254740001,
        9007199254740005,
        9007199254740006,
      ],
      ['takes mine rather than infinity', 0, 1e308, 1.7e308, 1e308],
    ])('%s', (_, base, mine, theirs, result) => {
      expect(merged('sum', base, mine, theirs)).toStrictEqual(result);
    });
  });

  it('by last-write takes mine, also a removal', () => {
    expect(merged('last-write', 1, 2, 3)).toBe(2);
    expect(merged('last-write', 1, undefined, 3)).toBeUndefined();
  });

  it('by reject gives no value', () => {
    expect(mergeField('reject', 1, 2, 3)).toEqual({ rejected: true });
  });

  it('by a function takes what it returns', () => {
    const max = (...values: unknown[]): unknown => Math.max(...(values as number[]));
    expect(merged(max, 1, 2, 3)).toBe(3);
    expect(merged(() => undefined, 1, 2, 3)).toBeUndefined();
  });
});

describe('Merging, whatever the values', () => {
  const next = seeded(7);
  const rounds = Array.from({ length: 5_000 }, () => ({
    base: randomTree(next, 3),
    mine: randomTree(next, 3),
    theirs: randomTree(next, 3),
  }));

  it.each(['deep', 'sum'] as const)('by %s takes the only change there is', (policy) => {
    for (const { base, mine } of rounds) {
      expect(merged(policy, base, mine, base)).toEqual(mine);
      expect(merged(policy, base, base, mine)).toEqual(mine);
    }
  });

  it('by deep keeps every key that only one side touched', () => {
    for (const { base, mine, theirs } of rounds) {
      const record = { kept: base };
      expect(merged('deep', record, { ...record, mine }, { ...record, theirs })).toEqual(
        JSON.parse(JSON.stringify({ ...record, mine, theirs })),
      );
    }
  });

  it('by deep gives the same on both sides where nothing was set twice', () => {
    for (const { base, mine, theirs } of rounds) {
      const [a, b] = [
        { base, x: { mine } },
        { base, x: { theirs } },
      ];
      expect(merged('deep', { base }, a, b)).toEqual(merged('deep', { base }, b, a));
    }
  });

  it('by deep loses no appended element, whatever the order of many writers', () => {
    let stored: unknown[] = [];
    const base: unknown[] = [];
    for (let writer = 0; writer < 50; writer++) {
      stored = merged('deep', base, [...base, { writer }], stored) as unknown[];
    }
    expect(stored).toEqual(Array.from({ length: 50 }, (_, writer) => ({ writer })));
  });

  it('by sum counts every addition of many writers', () => {
    let stored: unknown = { hits: 100, cents: 0.1 };
    const base = { hits: 100, cents: 0.1 };
    for (let writer = 1; writer <= 50; writer++) {
      stored = merged(
        'sum',
        base,
        { hits: 100 + writer, cents: 0.2, [`w${writer % 5}`]: 1 },
        stored,
      );
    }
    expect(stored).toEqual({ hits: 1375, cents: 5.1, w0: 10, w1: 10, w2: 10, w3: 10, w4: 10 });
  });
});

describe('Comparing before a write', () => {
  it.each<[MergePolicy, unknown, boolean]>([
    ['last-write', {}, false],
    ['deep', 'x', false],
    ['deep', 1, false],
    ['deep', null, false],
    ['deep', undefined, false],
    ['deep', {}, true],
    ['deep', [], true],
    ['sum', 1, true],
    ['sum', undefined, true],
    ['sum', {}, true],
    ['sum', 'x', false],
    ['sum', null, false],
    ['reject', 1, true],
    [(_base, mine) => mine, 1, true],
  ])('under %p of a write of %p is needed: %p', (policy, mine, needed) => {
    expect(needsCompare(policy, mine)).toBe(needed);
  });

  it('is left out only where mine wins whatever theirs is', () => {
    const values = [
      undefined,
      null,
      true,
      0,
      1,
      2.5,
      'x',
      '1',
      [],
      [1],
      [1, 2],
      {},
      { a: 1 },
      { a: 2 },
    ];
    for (const policy of ['deep', 'sum', 'last-write'] as const) {
      for (const mine of values.filter((value) => !needsCompare(policy, value))) {
        for (const base of values.filter((value) => value !== mine)) {
          for (const theirs of values) expect(merged(policy, base, mine, theirs)).toEqual(mine);
        }
      }
    }
  });
});

function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** Few keys and few leaves, so that both sides often touch the same. */
function randomTree(next: () => number, depth: number): unknown {
  const choice = next();
  if (depth === 0 || choice < 0.3) return [1, 2, 'x', null, true][Math.floor(next() * 5)];
  const children = Array.from({ length: Math.floor(next() * 4) }, () =>
    randomTree(next, depth - 1),
  );
  if (choice < 0.6) return children;
  return Object.fromEntries(children.map((child) => ['abc'[Math.floor(next() * 3)], child]));
}

describe('Carrying further changes over to what a save has merged', () => {
  it.each<[string, MergePolicy, unknown, unknown, unknown, unknown]>([
    [
      'appends to what was merged',
      'deep',
      ['a', 'c'],
      ['a', 'c', 'd'],
      ['a', 'b', 'c'],
      ['a', 'b', 'c', 'd'],
    ],
    [
      'keeps what others added beside a removal',
      'deep',
      ['a', 'c'],
      ['c'],
      ['a', 'b', 'c'],
      ['c', 'b'],
    ],
    ['counts equal elements', 'deep', ['a'], [], ['a', 'a'], ['a']],
    [
      'does so inside objects',
      'deep',
      { l: [1] },
      { l: [1, 3], x: 1 },
      { l: [2, 1], y: 1 },
      { l: [2, 1, 3], x: 1, y: 1 },
    ],
    [
      'does so beside sums',
      'sum',
      { n: 1, l: [1] },
      { n: 2, l: [1, 3] },
      { n: 5, l: [2, 1] },
      { n: 6, l: [2, 1, 3] },
    ],
    ['takes mine where the policy says so', 'last-write', ['a'], ['b'], ['a', 'c'], ['b']],
  ])('%s', (_, policy, base, mine, theirs, result) => {
    expect(rebaseField(policy, base, mine, theirs)).toStrictEqual({ merged: result });
  });

  it('is refused where the policy allows no merge', () => {
    expect(rebaseField('reject', [1], [1, 2], [1, 3])).toEqual({ rejected: true });
  });
});
