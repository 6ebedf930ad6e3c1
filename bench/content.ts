/** What the sessions of all candidates hold: `mark`, which is read and written, and 21 fields that are only there. */
export interface BenchData {
  [field: string]: unknown;
  mark: string;
}

/** A few of each kind, strings for the most part, in every size of session. */
const NUMBERS = ['a', 'h'];
const OBJECTS = ['d', 'k', 'r'];
const STRINGS = ['b', 'c', 'e', 'f', 'g', 'i', 'j', 'l', 'm', 'n', 'o', 'p', 'q', 's', 't', 'u'];

const WORDS =
  'the session of a visitor holds what this shop has to remember of her until she leaves ';

/** Names of all fields of a session. */
export const FIELDS: readonly string[] = ['mark', ...NUMBERS, ...OBJECTS, ...STRINGS];

/** Data whose JSON text is as long as told, to the byte. 22 fields need 190 bytes. */
export function contentOf(bytes: number): BenchData {
  const data: BenchData = { mark: 'v-000000' };
  for (const name of NUMBERS) data[name] = 7;
  for (const name of OBJECTS) data[name] = { t: '' };
  for (const name of STRINGS) data[name] = '';
  const padded = OBJECTS.length + STRINGS.length;
  const missing = bytes - JSON.stringify(data).length;
  if (missing < 0) throw new RangeError(`A session of 22 fields does not fit into ${bytes} bytes.`);
  [...OBJECTS, ...STRINGS].forEach((name, at) => {
    const length = Math.floor(missing / padded) + (at < missing % padded ? 1 : 0);
    data[name] = OBJECTS.includes(name) ? { t: textOf(length) } : textOf(length);
  });
  return data;
}

function textOf(length: number): string {
  return WORDS.repeat(Math.ceil(length / WORDS.length)).slice(0, length);
}
