import { DataError, formatPath, isForbiddenKey } from './data-error.js';
import {
  hasLongInteger,
  isExactNumber,
  mayHoldInexactNumber,
  rewriteNumbers,
  shapeOf,
} from './json-text.js';

/** An escape that spells `_` or a small letter, hence perhaps a forbidden key. */
const ESCAPED_LETTER = /\\u00(?:5f|6|7)/i;

/**
 * The text under which a value is stored: JSON, except that a string that is not itself valid JSON is stored as it is
 * (docs/format.md). `alice` is "alice", `1234` is 1234, `"1234"` is the string "1234".
 *
 * Ill-formed Unicode goes as JSON, since UTF-8 can't carry it. Numbers of 2^53 and more get an exponent, so that they
 * are not taken for integers whose every digit counts. As in JSON, -0 is 0 and undefined members are left out. What
 * JSON drops or changes silently deeper inside is the matter of `assertStorable`, which is called before.
 *
 * @throws DataError `not-json` where there is no JSON for the value, `too-deep` where it exhausts the stack
 */
export function encodeField(value: unknown): string {
  if (typeof value === 'string') return encodeString(value);
  if (Number.isSafeInteger(value)) return String(value);
  const json = toJson(value);
  if (json.startsWith('"')) return encodeString(JSON.parse(json) as string); // of a Date, say
  return hasLongInteger(json) ? rewriteNumbers(json, markAsFloat) : json;
}

/**
 * The value of a stored text, whatever language wrote it: JSON where it is valid JSON, else the text as a string.
 *
 * Integers beyond ±(2^53-1), and numbers too large for JavaScript, come back as strings with all their digits, also
 * inside objects and arrays.
 *
 * @param hint `'string'` where the schema says string: a JSON string is unquoted, any other text is the string itself
 * @throws DataError `forbidden-key` for `__proto__`, `constructor` or `prototype` as a key at any depth, so that stored
 *   data never reaches a prototype; its path starts inside the field
 */
export function decodeField(text: string, hint?: 'string'): unknown {
  const { kind, start, end } = shapeOf(text);
  if (kind === 'plain' || (hint === 'string' && kind !== 'string')) return text;
  if (kind === 'container') return decodeContainer(text);
  if (kind === 'string') return parse(text, text);
  if (kind === 'word') return text[start] === 'n' ? null : text[start] === 't';
  const literal = text.slice(start, end);
  return isExactNumber(literal) ? Number(literal) : literal;
}

function encodeString(value: string): string {
  return isJson(value) || !isWellFormed(value) ? JSON.stringify(value) : value;
}

function isJson(text: string): boolean {
  const { kind } = shapeOf(text);
  if (kind !== 'string' && kind !== 'container') return kind !== 'plain';
  return parse(text, undefined) !== undefined;
}

/** Node 20 has it; the ES2023 types do not. */
function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}

function toJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw notJson(String(value));
  let json: string | undefined;
  try {
    json = JSON.stringify(value); // undefined for some, whatever its type says
  } catch (error) {
    throw error instanceof RangeError ? tooDeep() : notJson(describe(error));
  }
  if (json === undefined) throw notJson(`a value of type ${typeof value}`);
  return json;
}

function markAsFloat(literal: string): string {
  return isExactNumber(literal) ? literal : Number(literal).toExponential();
}

function notJson(what: string): DataError {
  const text = `The value can't be written as JSON: ${what}. Store plain data or give it a toJSON().`;
  return new DataError('not-json', '', text);
}

function tooDeep(): DataError {
  const text = 'The value is nested too deeply to be written as JSON. Store a flatter one.';
  return new DataError('too-deep', '', text);
}

/** The first line only: V8 draws a whole cycle below it. */
function describe(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : 'toJSON() failed';
}

function parse<T>(text: string, otherwise: T): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
}

function decodeContainer(text: string): unknown {
  let value = parse(text, text);
  if (value === text) return text;
  if (mayHoldInexactNumber(text)) {
    // Only after the text has proved valid: quoting would make JSON of {12345678901234567:1}, which is none.
    const exact = rewriteNumbers(text, quoteInexact);
    if (exact !== text) value = JSON.parse(exact);
  }
  if (mayHoldForbiddenKey(text)) refuseForbiddenKeys(value);
  return value;
}

function quoteInexact(literal: string): string {
  return isExactNumber(literal) ? literal : `"${literal}"`;
}

function mayHoldForbiddenKey(text: string): boolean {
  return (
    text.includes('__proto__') ||
    text.includes('constructor') ||
    text.includes('prototype') ||
    (text.includes('\\u') && ESCAPED_LETTER.test(text))
  );
}

interface Visit {
  readonly value: unknown;
  readonly key?: PropertyKey;
  readonly parent?: Visit;
}

/** Walks without recursion: who writes to Redis by hand may nest deeper than the stack is. */
function refuseForbiddenKeys(root: unknown): void {
  const pending: Visit[] = [{ value: root }];
  for (let visit = pending.pop(); visit !== undefined; visit = pending.pop()) {
    const { value } = visit;
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, child] of Object.entries(value)) {
      const key = Array.isArray(value) ? Number(name) : name;
      const next: Visit = { value: child, key, parent: visit };
      if (isForbiddenKey(name)) throw forbiddenKey(next);
      pending.push(next);
    }
  }
}

function forbiddenKey(visit: Visit): DataError {
  const keys: PropertyKey[] = [];
  for (let at: Visit | undefined = visit; at?.key !== undefined; at = at.parent) keys.push(at.key);
  const path = formatPath('', keys.reverse());
  const text = `The stored value has the key ${path}, which could reach a prototype. Remove it where it is written.`;
  return new DataError('forbidden-key', path, text);
}
