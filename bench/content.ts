/** What the sessions of all candidates hold: `mark`, which is read and written, and 21 fields that are only there, half of them texts and half lists. */
export interface BenchData {
  [field: string]: unknown;
  mark: string;
}

const TEXTS = ['b', 'd', 'f', 'h', 'j', 'l', 'n', 'p', 'r', 't'];
/** Of small objects, such as the lines of a cart. */
const LISTS = ['c', 'e', 'g', 'i', 'k', 'm', 'o', 'q', 's', 'u'];
const LINE_LENGTH = 45;

const WORDS =
  'the session of a visitor holds what this shop has to remember of her until she leaves ';

/** Names of all fields of a session. */
export const FIELDS: readonly string[] = ['mark', 'a', ...TEXTS, ...LISTS];

/** Data whose JSON text is as long as told, to the byte. 22 fields need 170 bytes. */
export function contentOf(bytes: number): BenchData {
  const data: BenchData = { mark: 'v-000000', a: 7 };
  for (const name of TEXTS) data[name] = '';
  for (const name of LISTS) data[name] = [];
  const missing = bytes - JSON.stringify(data).length;
  if (missing < 0) throw new RangeError(`A session of 22 fields does not fit into ${bytes} bytes.`);
  const shares = sharesOf(missing, TEXTS.length + LISTS.length);
  for (const name of TEXTS) data[name] = textOf(shares.pop()!);
  for (const name of LISTS) data[name] = listOf('[]'.length + shares.pop()!);
  return data;
}

/** An array whose JSON text is as long as told. */
function listOf(length: number): unknown[] {
  const count = Math.floor((length - 1) / LINE_LENGTH);
  if (count === 0) return shortListOf(length);
  const lines = Array.from({ length: count }, (_, id) => ({ id, name: '', count: 1 }));
  const shares = sharesOf(length - JSON.stringify(lines).length, count);
  return lines.map((line, at) => ({ ...line, name: textOf(shares[at]!) }));
}

/** One that has no room for an object. */
function shortListOf(length: number): unknown[] {
  if (length < '[""]'.length) return length === '[]'.length ? [] : [7];
  return [textOf(length - '[""]'.length)];
}

/** The number in equal parts, as far as whole numbers can be. */
function sharesOf(total: number, parts: number): number[] {
  return Array.from(
    { length: parts },
    (_, at) => Math.floor(total / parts) + (at < total % parts ? 1 : 0),
  );
}

function textOf(length: number): string {
  return WORDS.repeat(Math.ceil(length / WORDS.length)).slice(0, length);
}
