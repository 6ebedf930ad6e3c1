import { SessionInvalidError } from '../core/errors.js';

/**
 * A copy of what a schema gave: defaults are often one object for all, and a handler may change its session's. Instances of
 * the app's classes are taken as they are; only the schema can have made them.
 */
export function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  if (value instanceof Date) return new Date(value);
  if (value instanceof Map || value instanceof Set) {
    throw new SessionInvalidError(
      `The session's schema gives a ${value instanceof Map ? 'Map' : 'Set'}, which JSON can't hold. Let it give an object or an array.`,
    );
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, copyOf(child)]));
}
