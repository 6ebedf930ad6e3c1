/** Why a value can't be stored, or a stored text can't be used. */
export type DataErrorReason = 'not-json' | 'too-deep' | 'forbidden-key' | 'too-large';

/**
 * Thrown by the pure functions of this room when data breaks a rule. Callers turn it into an error of the session.
 * Neither the message nor the path ever holds a value, only names and types, so both may be logged.
 */
export class DataError extends Error {
  override readonly name: string = 'DataError';
  /** The broken rule. */
  readonly reason: DataErrorReason;
  /** Where, as `cart.items[2].price`; an empty string for the value as a whole. */
  readonly path: string;

  /**
   * @param reason the broken rule
   * @param path where, as made by `formatPath`
   * @param message what is wrong, where, and what to do about it
   */
  constructor(reason: DataErrorReason, path: string, message: string) {
    super(message);
    this.reason = reason;
    this.path = path;
  }
}

/** True for the keys through which data could reach a prototype: `__proto__`, `constructor`, `prototype`. */
export function isForbiddenKey(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype';
}

/**
 * A path in the notation a reader of TypeScript expects: `cart.items[2].price`, `cart["unit price"]`.
 * @param root the name of the value the keys start from; may be empty
 * @param keys property names and array indexes (numbers), outermost first
 */
export function formatPath(root: string, keys: readonly PropertyKey[]): string {
  let path = root;
  for (const key of keys) {
    if (typeof key === 'number') path += `[${key}]`;
    else if (typeof key === 'symbol') path += `[${String(key)}]`;
    else if (!/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key))
      path += `[${JSON.stringify(key)}]`;
    else path += path === '' ? key : `.${key}`;
  }
  return path;
}
