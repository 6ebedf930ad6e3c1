import { isForbiddenKey } from './data-error.js';

/**
 * How two changes of one field become one:
 * - `deep`: objects key by key, arrays to which both sides only appended; where both set the same leaf, mine
 * - `sum`: numbers add up what both sides added, also inside objects (a map of counters); the rest as `deep`
 * - `last-write`: mine
 * - `reject`: no merge, the write fails with a conflict
 * - a function: what it returns
 */
export type MergePolicy = 'deep' | 'sum' | 'last-write' | 'reject' | MergeFunction;

/**
 * Merges one field of JSON values by the app's own rule; undefined means that the field is absent, also as the result.
 * May run several times for one write. It may change and return its arguments: each call gets copies of its own, made
 * by the caller of `mergeField`.
 * @param base the field as this request loaded it
 * @param mine the field as this request leaves it
 * @param theirs the field as another request has stored it since
 */
export type MergeFunction = (base: unknown, mine: unknown, theirs: unknown) => unknown;

/** `merged` is the value to store, undefined to remove the field. It may share parts with the values merged. */
export type MergeResult = { readonly merged: unknown } | { readonly rejected: true };

/**
 * Merges three ways what two requests made of the same field.
 *
 * Deep: what only one side changed is taken from it, deletions included; an absent or null base counts as empty where
 * both sides set objects or both set arrays. Sum: theirs + (mine - base), where absent and what is no number count as 0 in
 * the base; where one side now holds something else than a number, as deep. Keys that could reach a prototype are
 * left out. Values are JSON as the codec decodes it; other objects (a Date) are not understood.
 *
 * @throws whatever a merge function throws
 */
export function mergeField(
  policy: MergePolicy,
  base: unknown,
  mine: unknown,
  theirs: unknown,
): MergeResult {
  if (typeof policy === 'function') return { merged: policy(base, mine, theirs) };
  switch (policy) {
    case 'deep':
      return { merged: mergeDeep(base, mine, theirs) };
    case 'sum':
      return { merged: mergeSum(base, mine, theirs) };
    case 'last-write':
      return { merged: mine };
    case 'reject':
      return { rejected: true };
  }
}

/**
 * False where `mine`, known to be a change, wins over any other value, so that the store need not compare what it
 * overwrites.
 */
export function needsCompare(policy: MergePolicy, mine: unknown): boolean {
  if (policy === 'last-write') return false;
  if (policy === 'deep') return typeof mine === 'object' && mine !== null;
  if (policy === 'sum') {
    return (
      mine === undefined || typeof mine === 'number' || (typeof mine === 'object' && mine !== null)
    );
  }
  return true;
}

/**
 * Carries what a request changed since its own save over to what that save stored, where that is more than the request
 * shows: `theirs` is `base` and what others had added. As `mergeField`, but arrays always keep what others added.
 */
export function rebaseField(
  policy: MergePolicy,
  base: unknown,
  mine: unknown,
  theirs: unknown,
): MergeResult {
  if (policy === 'deep') return { merged: rebaseDeep(base, mine, theirs) };
  if (policy === 'sum') return { merged: rebaseSum(base, mine, theirs) };
  return mergeField(policy, base, mine, theirs);
}

type Json = Readonly<Record<string, unknown>>;
type Merge = (base: unknown, mine: unknown, theirs: unknown) => unknown;
type ArrayMerge = (base: unknown, mine: readonly unknown[], theirs: readonly unknown[]) => unknown;

const mergeDeep = deepBy(mergeAppended);
const mergeSum = sumBy(mergeDeep);
const rebaseDeep = deepBy(carryOver);
const rebaseSum = sumBy(rebaseDeep);

function deepBy(mergeArrays: ArrayMerge): Merge {
  const merge: Merge = (base, mine, theirs) => {
    // Both sides may have made the same change: two equal items appended are still two.
    if (isEqual(base, mine)) return theirs;
    if (isEqual(base, theirs)) return mine;
    if (isObject(mine) && isObject(theirs)) return mergeKeys(merge, base, mine, theirs);
    if (Array.isArray(mine) && Array.isArray(theirs)) return mergeArrays(base, mine, theirs);
    return mine;
  };
  return merge;
}

function sumBy(otherwise: Merge): Merge {
  const merge: Merge = (base, mine, theirs) => {
    if (isCount(mine) && isCount(theirs)) return addUp(base, mine, theirs);
    if (isObject(mine) && isObject(theirs)) return mergeKeys(merge, base, mine, theirs);
    return otherwise(base, mine, theirs);
  };
  return merge;
}

function mergeKeys(merge: Merge, base: unknown, mine: Json, theirs: Json): unknown {
  const from = isObject(base) ? base : isNothing(base) ? {} : undefined;
  if (from === undefined) return mine;
  const result: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    if (isForbiddenKey(key)) continue;
    const value = merge(own(from, key), own(mine, key), own(theirs, key));
    if (value !== undefined) result[key] = value;
  }
  return result;
}

/** Both sides must begin with the whole base; then theirs, which was stored first, comes first. */
function mergeAppended(
  base: unknown,
  mine: readonly unknown[],
  theirs: readonly unknown[],
): unknown {
  const from: unknown = isNothing(base) ? [] : base;
  if (!Array.isArray(from) || !startsWith(mine, from) || !startsWith(theirs, from)) return mine;
  return [...theirs, ...mine.slice(from.length)] as unknown[];
}

/** What others added goes behind mine where I did more than append. */
function carryOver(base: unknown, mine: readonly unknown[], theirs: readonly unknown[]): unknown {
  const from: unknown = isNothing(base) ? [] : base;
  if (!Array.isArray(from)) return mine;
  if (startsWith(mine, from)) return [...theirs, ...mine.slice(from.length)] as unknown[];
  const known: unknown[] = [...(from as unknown[])];
  const added = theirs.filter((element) => {
    const at = known.findIndex((other) => isEqual(element, other));
    if (at !== -1) known.splice(at, 1);
    return at === -1;
  });
  return [...mine, ...added];
}

function addUp(base: unknown, mine: number | undefined, theirs: number | undefined): unknown {
  if (isEqual(base, theirs)) return mine;
  if (isEqual(base, mine) || (mine === undefined && theirs === undefined)) return theirs;
  const from = typeof base === 'number' ? base : 0;
  const parts = [theirs ?? 0, mine ?? 0, from];
  const sum = (theirs ?? 0) + ((mine ?? 0) - from);
  if (!Number.isFinite(sum)) return mine;
  // A sum of decimals has no more places than they have: 0.1 + 0.2 is 0.3 here.
  return Number.isInteger(sum) ? sum : Number(sum.toFixed(Math.max(...parts.map(decimalPlaces))));
}

/** Up to 100, the most that toFixed() takes. */
function decimalPlaces(value: number): number {
  const [digits = '', exponent = '0'] = String(value).split('e');
  const places = (digits.split('.')[1] ?? '').length - Number(exponent);
  return Math.min(Math.max(places, 0), 100);
}

function isCount(value: unknown): value is number | undefined {
  return value === undefined || typeof value === 'number';
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An inherited `toString` is no data. */
function own(value: Json, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function startsWith(whole: readonly unknown[], start: readonly unknown[]): boolean {
  return whole.length >= start.length && start.every((element, at) => isEqual(element, whole[at]));
}

/** Equal as JSON: the order of keys does not count. */
function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && startsWith(a, b);
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]))
  );
}
