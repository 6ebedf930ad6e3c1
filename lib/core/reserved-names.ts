/** Members of a Session, which no data field can share its name with. */
export const SESSION_MEMBERS: ReadonlySet<string> = new Set([
  'handle',
  'isNew',
  'createdAt',
  'expiresAt',
  'principal',
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

/** Names that reach an object's prototype instead of its data. */
const PROTOTYPE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** True for names a data field can't have: members of a Session, the library's own '@' fields, ways to a prototype. */
export function isReservedName(name: string): boolean {
  return name.startsWith('@') || SESSION_MEMBERS.has(name) || PROTOTYPE_NAMES.has(name);
}

/** True for names a data field may have: 1 to 64 of `A-Z a-z 0-9 _ . : -`, and not reserved. */
export function isFieldName(name: string): boolean {
  return /^[\w.:-]{1,64}$/.test(name) && !isReservedName(name);
}
