import {
  hasLongInteger,
  isExactNumber,
  mayHoldInexactNumber,
  rewriteNumbers,
  shapeOf,
} from '../../../lib/core/json-text.js';

describe('The look at a text', () => {
  it.each([
    ['', 'plain'],
    [' \t', 'plain'],
    ['x', 'plain'],
    ['true', 'word'],
    [' false\r\n', 'word'],
    ['null', 'word'],
    ['trie', 'plain'],
    ['falsy', 'plain'],
    ['nil', 'plain'],
    ['-1.5E+3', 'number'],
    ['1-1', 'plain'],
    ['-', 'plain'],
    ['"x"', 'string'],
    ['"', 'plain'],
    ['"x" or "y"', 'plain'],
    ['"x\\\\"', 'string'],
    ['"x\\"', 'plain'],
    ['"x\\\\\\""', 'string'],
    ['{"a', 'plain'],
    ['{a}', 'plain'],
    ['{ \n}', 'container'],
    ['{"a"}', 'container'],
    ['[x]', 'plain'],
    ['[ "x"', 'plain'],
    ['[1}', 'plain'],
    ['[-1]', 'container'],
    ['[', 'plain'],
    ['{', 'plain'],
  ])('takes %j for %s', (text, kind) => {
    expect(shapeOf(text).kind).toBe(kind);
  });

  it('finds the value between white space', () => {
    expect(shapeOf(' \t12\r\n')).toEqual({ kind: 'number', start: 2, end: 4 });
  });

  it('never calls a text plain that is JSON', () => {
    const parts = [
      '',
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      'a',
      '1',
      '-',
      '.',
      'e',
      ',',
      ':',
      ' ',
      'null',
      'true',
    ];
    for (const inner of combinations(parts, 3)) {
      for (const text of [inner, `[${inner}]`, `{"a":${inner}}`, ` "${inner}"\n`]) {
        if (shapeOf(text).kind === 'plain' && isJson(text)) expect(text).toBe('plain');
      }
    }
  });
});

describe('Numbers in a text', () => {
  it.each([
    ['9007199254740991', true],
    ['-9007199254740991', true],
    ['9007199254740992', false],
    ['9007199254740992.5', true],
    ['1e300', true],
    ['-1e309', false],
  ])('hold %s exactly enough: %p', (literal, exact) => {
    expect(isExactNumber(literal)).toBe(exact);
  });

  it('of 16 digits and more are found wherever they stand', () => {
    for (let length = 14; length < 36; length++) {
      for (let before = 0; before < 40; before++) {
        for (const lead of ['x', '1x', '123456789012345x']) {
          const text = `${lead.repeat(before).slice(0, before - 1)}x${'7'.repeat(length)}x123`;
          if (hasLongInteger(text) !== /\d{16}/.test(text)) expect(text).toBe('found');
        }
      }
    }
  });

  it.each([
    ['[1e308]', true],
    ['[1E+999]', true],
    ['[1e99,123456789012345]', false],
    ['[1e-400]', false],
  ])('are looked at closer in %s: %p', (text, needed) => {
    expect(mayHoldInexactNumber(text)).toBe(needed);
  });

  it('are rewritten, those in strings are not', () => {
    const json = '{"a1":[1,-2.5e+3],"b\\"2":"3 \\\\","c":4}';
    expect(rewriteNumbers(json, (literal) => `<${literal}>`)).toBe(
      '{"a1":[<1>,<-2.5e+3>],"b\\"2":"3 \\\\","c":<4>}',
    );
    expect(rewriteNumbers('12', () => '')).toBe('');
    expect(rewriteNumbers('"12"', () => '')).toBe('"12"');
  });
});

function combinations(parts: readonly string[], length: number): string[] {
  if (length === 0) return [''];
  return combinations(parts, length - 1).flatMap((rest) => parts.map((part) => part + rest));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
