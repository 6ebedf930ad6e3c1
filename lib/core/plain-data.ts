import { DataError, formatPath, isForbiddenKey } from './data-error.js';

/**
 * Refuses what would not come back from the store as it went in.
 *
 * Allowed are JSON's own values, objects and class instances by their enumerable own properties, and whatever has a
 * `toJSON()` (a Date, a Buffer): its result is checked in its place. Properties that are undefined are allowed, as JSON
 * leaves them out; array elements that are undefined are not, as they would come back as null.
 *
 * @param path the name of the value, from which the path in the error starts
 * @param maxDepth levels allowed: the value itself is level 1, its properties level 2
 * @throws DataError `not-json` (a function, symbol, bigint, NaN, infinity, invalid date, collection, promise, cycle and the
 *   like), `too-deep`, or `forbidden-key` (`__proto__`, `constructor`, `prototype`)
 */
export function assertStorable(value: unknown, path: string, maxDepth: number): void {
  new Walk(path, maxDepth).visit(value);
}

/** Where the walk is; the path is spelled out only for an error. */
class Walk {
  readonly #root: string;
  readonly #maxDepth: number;
  readonly #keys: PropertyKey[] = [];
  readonly #ancestors: object[] = [];

  constructor(root: string, maxDepth: number) {
    this.#root = root;
    this.#maxDepth = maxDepth;
  }

  visit(value: unknown): void {
    const toJSON = toJsonOf(value);
    if (toJSON === undefined) return this.#visitPlain(value);
    if (tagOf(value) === 'Date' && Number.isNaN(Number(value))) {
      throw this.#notJson('an invalid Date', 'Store null or a valid one.');
    }
    this.#visitPlain(toJSON.call(value, String(this.#keys.at(-1) ?? '')));
  }

  /** JSON.stringify asks no toJSON() of what a toJSON() gave, so neither does this. */
  #visitPlain(value: unknown): void {
    if (typeof value === 'object' && value !== null) return this.#visitObject(value);
    if (this.#keys.length >= this.#maxDepth) throw this.#tooDeep();
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return;
    if (typeof value !== 'number') throw this.#notJson(nameOf(value), 'Store plain data.');
    if (!Number.isFinite(value))
      throw this.#notJson(String(value), 'Store a finite number or null.');
  }

  #visitObject(value: object): void {
    if (this.#ancestors.includes(value)) {
      throw this.#notJson('a reference to an object that contains it', 'Store an id instead.');
    }
    if (this.#keys.length >= this.#maxDepth) throw this.#tooDeep();
    if (isOpaque(value)) {
      throw this.#notJson(`a ${tagOf(value)}`, 'Store an array or a plain object.');
    }
    this.#ancestors.push(value);
    if (Array.isArray(value)) this.#visitElements(value);
    else this.#visitProperties(value);
    this.#ancestors.pop();
  }

  #visitElements(elements: readonly unknown[]): void {
    for (let index = 0; index < elements.length; index++) {
      this.#keys.push(index);
      this.visit(elements[index]);
      this.#keys.pop();
    }
  }

  #visitProperties(value: object): void {
    for (const key of Object.keys(value)) {
      this.#keys.push(key);
      if (isForbiddenKey(key)) throw this.#forbiddenKey();
      const child = (value as Readonly<Record<string, unknown>>)[key];
      if (child !== undefined) this.visit(child);
      this.#keys.pop();
    }
  }

  #notJson(what: string, cure: string): DataError {
    const path = this.#path();
    const text = `${path || 'The value'} is ${what}, which JSON can't hold. ${cure}`;
    return new DataError('not-json', path, text);
  }

  #tooDeep(): DataError {
    const path = this.#path();
    const text = `${path || 'The value'} is nested deeper than the ${this.#maxDepth} levels allowed. Store it flatter or raise limits.depth.`;
    return new DataError('too-deep', path, text);
  }

  #forbiddenKey(): DataError {
    const path = this.#path();
    const text = `The key ${path} could reach a prototype and is never stored. Use another name.`;
    return new DataError('forbidden-key', path, text);
  }

  #path(): string {
    return formatPath(this.#root, this.#keys);
  }
}

/** Of objects, and of bigints, which some apps give a toJSON() to. */
function toJsonOf(value: unknown): ((key: string) => unknown) | undefined {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'bigint') return undefined;
  const { toJSON } = value as { toJSON?: unknown };
  return typeof toJSON === 'function' ? (toJSON as (key: string) => unknown) : undefined;
}

function nameOf(value: unknown): string {
  return value === undefined ? 'undefined' : `a ${typeof value}`;
}

/** Built-ins of which JSON keeps little or nothing. By name, since tests and workers have several `Map`s. */
const OPAQUE: ReadonlySet<string> = new Set(
  'Map Set WeakMap WeakSet WeakRef Promise RegExp Error ArrayBuffer SharedArrayBuffer'.split(' '),
);

function isOpaque(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isCommon = prototype === Object.prototype || prototype === Array.prototype;
  return !isCommon && (ArrayBuffer.isView(value) || OPAQUE.has(tagOf(value)));
}

/** `Map`, `Uint8Array` and the like. */
function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
