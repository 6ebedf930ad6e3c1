import { DataError } from '../../../lib/core/data-error.js';
import { decodeField, encodeField } from '../../../lib/core/field-codec.js';

function refusal(action: () => unknown): DataError {
  try {
    action();
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new Error('not refused');
}

const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

describe('The field codec', () => {
  describe('writes what other languages expect', () => {
    it.each([
      ['alice', 'alice'],
      [1234, '1234'],
      ['1234', '"1234"'],
      ['', ''],
      ['true', '"true"'],
      ['null', '"null"'],
      [' 1', '" 1"'],
      ['"quoted"', '"\\"quoted\\""'],
      ['{"a":1}', '"{\\"a\\":1}"'],
      ['{hello', '{hello'],
      ['{hello}', '{hello}'],
      ['{"hello"}', '{"hello"}'],
      ['[INFO] ready]', '[INFO] ready]'],
      ['NaN', 'NaN'],
      ['01', '01'],
      ['1.', '1.'],
      ['+1', '+1'],
      ['-', '-'],
      ['-0', '"-0"'],
      ['1e5', '"1e5"'],
      ['\u00a01', '\u00a01'],
      ['say "hi" and "bye"', 'say "hi" and "bye"'],
      ['"hi" and "bye"', '"hi" and "bye"'],
      ['"', '"'],
      ['"\\"', '"\\"'],
      ['"\\x"', '"\\x"'],
      ['\ud800', '"\\ud800"'],
      ['Zoë 😀', 'Zoë 😀'],
      [true, 'true'],
      [null, 'null'],
      [-0, '0'],
      [0.1, '0.1'],
      [{ a: 1, b: undefined }, '{"a":1}'],
      [['x', '1'], '["x","1"]'],
      [new Date(0), '1970-01-01T00:00:00.000Z'],
      [{ toJSON: () => '12' }, '"12"'],
    ])('encodes %j as %s', (value, text) => {
      expect(encodeField(value)).toBe(text);
    });

    it('gives numbers of 2^53 and more an exponent, so that they stay numbers', () => {
      expect(encodeField(2 ** 53)).toBe('9.007199254740992e+15');
      expect(encodeField({ n: [-(2 ** 60)], s: '1234567890123456789' })).toBe(
        '{"n":[-1.152921504606847e+18],"s":"1234567890123456789"}',
      );
      expect(encodeField(0.1234567890123456)).toBe('0.1234567890123456');
    });

    it.each([
      ['undefined', undefined],
      ['a function', () => 1],
      ['a symbol', Symbol('s')],
      ['a bigint', 1n],
      ['NaN', NaN],
      ['Infinity', -Infinity],
      ['a toJSON() without result', { toJSON: () => undefined }],
    ])('refuses %s, for which there is no JSON', (_, value) => {
      expect(refusal(() => encodeField(value))).toMatchObject({ reason: 'not-json', path: '' });
    });

    it('refuses a cycle without printing its content', () => {
      const cyclic: Record<string, unknown> = { secret: 'hunter2' };
      cyclic.self = cyclic;
      expect(() => encodeField(cyclic)).toThrow(DataError);
      expect(() => encodeField(cyclic)).not.toThrow(/hunter2/);
    });

    it('refuses what is nested deeper than the stack', () => {
      let deep: unknown[] = [];
      for (let level = 0; level < 200_000; level++) deep = [deep];
      expect(refusal(() => encodeField(deep))).toMatchObject({ reason: 'too-deep' });
    });
  });

  describe('reads what other languages wrote', () => {
    it.each([
      ['alice', 'alice'],
      ['1234', 1234],
      ['-1.5e3', -1500],
      [' 12\n', 12],
      ['"1234"', '1234'],
      [' "x" ', 'x'],
      ['', ''],
      ['   ', '   '],
      ['true', true],
      [' false', false],
      ['null', null],
      ['nullable', 'nullable'],
      ['True', 'True'],
      ['0x10', '0x10'],
      ['{"a": [1, 2]}\n', { a: [1, 2] }],
      ['{ }', {}],
      ['[ ]', []],
      ["{'a': 1}", "{'a': 1}"],
      ['{"a":1', '{"a":1'],
      ['{"a":01}', '{"a":01}'],
      ['[', '['],
      ['{', '{'],
      ['"', '"'],
      ['"\n"', '"\n"'],
      ['\ufeff{}', '\ufeff{}'],
      ['"\\ud800"', '\ud800'],
    ])('decodes %j', (text, value) => {
      expect(decodeField(text)).toStrictEqual(value);
    });

    it.each([
      ['9007199254740991', 9007199254740991],
      ['-9007199254740991', -9007199254740991],
      ['9007199254740992', '9007199254740992'],
      [' -12345678901234567890 ', '-12345678901234567890'],
      ['12345678901234567890.5', 1.2345678901234567e19],
      ['1e400', '1e400'],
      ['0.12345678901234567', 0.12345678901234566],
      ['[1234567890123456789]', ['1234567890123456789']],
      [
        '{"id":1234567890123456789,"n":-7,"s":"x 1234567890123456789 \\" 1","f":12345678901234567.0}',
        {
          id: '1234567890123456789',
          n: -7,
          s: 'x 1234567890123456789 " 1',
          f: 1.2345678901234568e16,
        },
      ],
      ['[1e999,[-1e999],1e3]', ['1e999', ['-1e999'], 1000]],
      ['{12345678901234567:1}', '{12345678901234567:1}'],
      ['[01234567890123456789]', '[01234567890123456789]'],
      ['[1234567890123456789"a"]', '[1234567890123456789"a"]'],
    ])('keeps every digit of %s', (text, value) => {
      expect(decodeField(text)).toStrictEqual(value);
    });

    it.each([
      ['1234', '1234'],
      ['"1234"', '1234'],
      ['true', 'true'],
      ['null', 'null'],
      [' {"a":1}', ' {"a":1}'],
      ['{"__proto__":1}', '{"__proto__":1}'],
      ['"broken\\"', '"broken\\"'],
      ['alice', 'alice'],
      ['', ''],
    ])('takes %j as text where the schema says string', (text, value) => {
      expect(decodeField(text, 'string')).toBe(value);
    });
  });

  describe('keeps prototypes out of reach', () => {
    it.each([
      ['{"__proto__":{"admin":1}}', '__proto__'],
      ['{"a":[0,{"constructor":1}]}', 'a[1].constructor'],
      ['[{"prototype":null}]', '[0].prototype'],
      ['{"\\u005f_proto__":{"admin":1}}', '__proto__'],
      ['{"\\u005F\\u005F\\u0070roto__":1}', '__proto__'],
      ['{"a b":{"const\\u0072uctor":1}}', '["a b"].constructor'],
    ])('refuses %s', (text, path) => {
      expect(refusal(() => decodeField(text))).toMatchObject({ reason: 'forbidden-key', path });
      expect(({} as { admin?: unknown }).admin).toBeUndefined();
    });

    it.each(['{"a":"__proto__"}', '["constructor"]', '{"my_prototype":1}', '{"a":"\\u005f"}'])(
      'allows the words elsewhere than as a key: %s',
      (text) => {
        expect(decodeField(text)).toEqual(JSON.parse(text) as unknown);
      },
    );

    it('searches values nested deeper than the stack', () => {
      const text = `${'['.repeat(100_000)}{"__proto__":1}${']'.repeat(100_000)}`;
      expect(refusal(() => decodeField(text))).toMatchObject({ reason: 'forbidden-key' });
    });
  });

  describe('gives back what it was given', () => {
    const random = seededRandom(20240229);

    it('for 40,000 random values, through UTF-8, with one text per value', () => {
      for (let round = 0; round < 40_000; round++) {
        const value = randomValue(random, 4);
        const text = encodeField(value);
        const decoded = decodeField(utf8(text));
        if (!sameJson(decoded, value)) expect(decoded).toEqual(value);
        if (encodeField(decoded) !== text) expect(encodeField(decoded)).toBe(text);
      }
    });

    it('for 40,000 random strings, with and without the hint', () => {
      for (let round = 0; round < 40_000; round++) {
        const value = randomString(random);
        const text = encodeField(value);
        if (decodeField(utf8(text)) !== value) expect(decodeField(utf8(text))).toBe(value);
        if (decodeField(text, 'string') !== value) expect(decodeField(text, 'string')).toBe(value);
        if (text !== value && !/[\ud800-\udfff]/u.test(value))
          expect(() => JSON.parse(value) as unknown).not.toThrow();
      }
    });

    it('settles after one turn for 40,000 random texts of others', () => {
      for (let round = 0; round < 40_000; round++) {
        const text = randomForeignText(random);
        if (/"(constructor|__proto__)":/.test(text)) continue;
        const value = decodeField(text);
        const again = decodeField(encodeField(value));
        if (!sameJson(again, value)) expect({ text, again }).toEqual({ text, again: value });
      }
    });
  });
});

type Random = () => number;

/** Mulberry32: the same values on every run. */
function seededRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

const NASTY = [
  ...[
    '',
    ' ',
    '\t',
    '0',
    '-0',
    '1',
    '01',
    '-',
    '+1',
    '1e5',
    '1E400',
    ' 1',
    '1 ',
    '1.',
    '.5',
    'NaN',
  ],
  ...[
    'true',
    'false',
    'null',
    'undefined',
    'Infinity',
    'tru',
    'nul l',
    '"',
    '""',
    '"a"',
    '"a',
    'a"',
  ],
  ...[
    '\\',
    '"\\',
    '"\\"',
    '"\\""',
    '"\\u00e9"',
    '"\\ud800"',
    "'",
    '{',
    '}',
    '{}',
    '{ }',
    '[]',
    '[ ]',
  ],
  ...[
    '[1',
    '{"a":1}',
    '{a:1}',
    '{"a":}',
    '[1,2]',
    '[1,]',
    '[,1]',
    '{"a":1}}',
    '[[]',
    '{{x}}',
    '[x]',
  ],
  ...['9007199254740991', '9007199254740993', '-123456789012345678901', '{1234567890123456789:1}'],
  ...[
    'é',
    '😀',
    '\ud800',
    '\udc00',
    'a\ud83d',
    '\u2028',
    '\u0000',
    '\ufeff1',
    '\u00a01',
    '__proto__',
  ],
  ...['constructor', '\n1\n', '\r\n', 'a\nb', '2024-01-01T00:00:00.000Z', '1-2-3', '12a4'],
];

function randomString(random: Random): string {
  const parts = Math.floor(random() * 3) + 1;
  return Array.from({ length: parts }, () =>
    random() < 0.8 ? pick(random, NASTY) : String.fromCharCode(Math.floor(random() * 0x10000)),
  ).join(random() < 0.7 ? '' : ' ');
}

function randomNumber(random: Random): number {
  const size = 10 ** Math.floor(random() * 25 - 5);
  const value = (random() - 0.5) * size;
  const number = random() < 0.5 ? Math.round(value) : value;
  if (random() < 0.1)
    return pick(random, [2 ** 53, -(2 ** 53), 2 ** 53 - 1, 1e21, 1e20, 5e-324, 1e308]);
  return number === 0 ? 0 : number;
}

function randomValue(random: Random, depth: number): unknown {
  const choice = random();
  if (choice < 0.35) return randomString(random);
  if (choice < 0.6) return randomNumber(random);
  if (choice < 0.7 || depth === 0) return pick(random, [true, false, null]);
  const length = Math.floor(random() * 4);
  if (choice < 0.85) return Array.from({ length }, () => randomValue(random, depth - 1));
  return Object.fromEntries(
    Array.from({ length }, () => [`${randomString(random)}k`, randomValue(random, depth - 1)]),
  );
}

/** Valid JSON with some of its characters repeated, dropped or surrounded by white space, or no JSON at all. */
function randomForeignText(random: Random): string {
  const json = JSON.stringify(randomValue(random, 3));
  const at = Math.floor(random() * json.length);
  const piece = pick(random, [
    '',
    ' ',
    '\n',
    '9',
    '"',
    '\\',
    ',',
    '}',
    '1234567890123456789',
    'e999',
  ]);
  return random() < 0.3
    ? ` ${json}\n`
    : json.slice(0, at) + piece + json.slice(at + (piece ? 0 : 1));
}

/** Faster than `expect` in a loop; -0 is 0 as in JSON. */
function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [x, y] = [Object.entries(a), Object.entries(b)];
  return (
    Array.isArray(a) === Array.isArray(b) &&
    x.length === y.length &&
    x.every(([key, value], i) => y[i]?.[0] === key && sameJson(value, y[i]?.[1]))
  );
}
