const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const INTEGER = /^-?\d+$/;
/** Of 100 and more; 1e309 is too large. */
const HIGH_EXPONENT = /\d[eE]\+?\d{3}/;
/** The digits of 2^53. */
const LONG = 16;

/** What a text is as far as its first and last characters tell. */
export interface TextShape {
  /** `word` (true, false, null) and `number` are certain, `string` and `container` are left to a parser, `plain` is no JSON. */
  readonly kind: 'plain' | 'word' | 'number' | 'string' | 'container';
  /** Where the text begins and ends without the white space that JSON allows around a value. */
  readonly start: number;
  readonly end: number;
}

/**
 * Looks at a text without parsing it, so that hardly any plain text (`{hello}`, `[INFO] ready`) costs the exception
 * that JSON.parse would throw.
 */
export function shapeOf(text: string): TextShape {
  const start = skipSpace(text, 0);
  let end = text.length;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return { kind: kindOf(text, start, end), start, end };
}

function kindOf(text: string, start: number, end: number): TextShape['kind'] {
  const last = text[end - 1];
  switch (text[start]) {
    case '{':
      return last === '}' && isNext(text, start, '"}') ? 'container' : 'plain';
    case '[':
      return last === ']' && isNext(text, start, '"{[]-0123456789tfn') ? 'container' : 'plain';
    case '"':
      return last === '"' && endOfString(text, start) === end ? 'string' : 'plain';
    case 't':
      return end - start === 4 && text.startsWith('true', start) ? 'word' : 'plain';
    case 'f':
      return end - start === 5 && text.startsWith('false', start) ? 'word' : 'plain';
    case 'n':
      return end - start === 4 && text.startsWith('null', start) ? 'word' : 'plain';
    default:
      return startsNumber(text.charCodeAt(start)) &&
        isDigit(text.charCodeAt(end - 1)) &&
        NUMBER.test(text.slice(start, end))
        ? 'number'
        : 'plain';
  }
}

/** False for a number literal that JavaScript can't hold: an integer beyond ±(2^53-1), anything beyond ±1.8e308. */
export function isExactNumber(literal: string): boolean {
  const value = Number(literal);
  return INTEGER.test(literal) ? Number.isSafeInteger(value) : Number.isFinite(value);
}

/** Whether the text could hold a number that JavaScript can't: cheap, and never wrong when it says no. */
export function mayHoldInexactNumber(text: string): boolean {
  return hasLongInteger(text) || HIGH_EXPONENT.test(text);
}

/**
 * Whether 16 digits stand in a row, as many as 2^53 has. No such row fits between two looks 16 characters apart, so
 * that 3 kB take 2 µs; by `/\d{16}/` they take 16 µs.
 */
export function hasLongInteger(text: string): boolean {
  for (let at = LONG - 1; at < text.length; at += LONG) {
    if (!isDigit(text.charCodeAt(at))) continue;
    let first = at;
    while (isDigit(text.charCodeAt(first - 1))) first--;
    while (isDigit(text.charCodeAt(at + 1))) at++;
    if (at - first + 1 >= LONG) return true;
    at++; // no digit, so that the next row begins behind it
  }
  return false;
}

/**
 * Replaces the number literals of a JSON text and leaves its strings alone.
 * @param json valid JSON; anything else may never end
 */
export function rewriteNumbers(json: string, rewrite: (literal: string) => string): string {
  let result = '';
  let copied = 0;
  for (let at = 0; at < json.length;) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(json, at);
    } else if (startsNumber(code)) {
      const from = at;
      do at++;
      while (at < json.length && '0123456789.eE+-'.includes(json.charAt(at)));
      result += json.slice(copied, from) + rewrite(json.slice(from, at));
      copied = at;
    } else {
      at++;
    }
  }
  return result + json.slice(copied);
}

/** The position behind the string literal that opens at `start`; -1 where it never closes. */
function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at !== -1 && isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at === -1 ? -1 : at + 1;
}

/** An odd number of backslashes in front. */
function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
  return slashes % 2 === 1;
}

/** Whether one of the characters follows the bracket that opens at `start`. */
function isNext(text: string, start: number, characters: string): boolean {
  const next = text[skipSpace(text, start + 1)];
  return next !== undefined && characters.includes(next);
}

function skipSpace(text: string, from: number): number {
  while (isSpace(text.charCodeAt(from))) from++;
  return from;
}

/** JSON knows these four only; `trim()` would drop others, and make JSON of what is none. */
function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function startsNumber(code: number): boolean {
  return code === MINUS || isDigit(code);
}
