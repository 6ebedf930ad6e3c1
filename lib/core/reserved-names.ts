import { SessionInvalidError } from './errors.js';

/** Members of a Session, which no data field can share its name with. */
export const SESSION_MEMBERS: ReadonlySet<string> = new Set([
  'handle',
  'isNew',
  'createdAt',
  'expiresAt',
  'principal',
  'csrfToken',
  'login',
  'logout',
  'elevate',
  'rotate',
  'destroy',
  'save',
  'reload',
  'load',
  'update',
  'increment',
  'putOnce',
  'takeOnce',
  'flash',
]);

/** True for names a data field can't have: members of a Session, the library's own '@' fields, what every object has. */
export function isReservedName(name: string): boolean {
  return (
    name.startsWith('@') ||
    SESSION_MEMBERS.has(name) ||
    name === 'prototype' ||
    name in Object.prototype
  );
}

/** True for names a data field may have: 1 to 64 of `A-Z a-z 0-9 _ . : -`, and not reserved. */
export function isFieldName(name: string): boolean {
  return /^[\w.:-]{1,64}$/.test(name) && !isReservedName(name);
}

/**
 * The name, where a data field may have it.
 * @throws SessionInvalidError
 */
export function requireFieldName(name: string | symbol): string {
  if (typeof name === 'string' && isFieldName(name)) return name;
  const shown = String(name).slice(0, 80);
  const why =
    typeof name === 'string' && SESSION_MEMBERS.has(name)
      ? 'it is a member of the session itself; use another name'
      : "names have 1 to 64 of the characters A-Z a-z 0-9 _ . : - and are none that every object has ('constructor', 'toString')";
  throw new SessionInvalidError(`'${shown}' can't be a session field: ${why}.`);
}
