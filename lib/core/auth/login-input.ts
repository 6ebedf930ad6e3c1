import { SessionInvalidError } from '../errors.js';
import { requireFieldName } from '../reserved-names.js';
import { assuranceOf } from './assurance-level.js';
import type { LoginOptions } from './login-options.js';
import type { AssuranceLevel } from './principal.js';

const LONGEST_USER_ID = 256;
const LONGEST_NAME = 64;
const LONGEST_DEVICE = 100;
const MOST_CLAIM_CHARACTERS = 4096;

/** @throws SessionInvalidError where it is no user id: a text of 1 to 256 characters */
export function requireUserId(userId: unknown, call: string): string {
  if (typeof userId === 'string' && userId.length > 0 && userId.length <= LONGEST_USER_ID) {
    return userId;
  }
  throw refused(
    call,
    'userId',
    `a text of 1 to ${LONGEST_USER_ID} characters, such as String(user.id)`,
  );
}

/** @throws SessionInvalidError where they are no roles */
export function requireRoles(roles: unknown, call: string): readonly string[] {
  return requireNames(roles, call, 'roles');
}

/** @throws SessionInvalidError where it is no plain object of JSON, or too large */
export function requireFacts(
  facts: unknown,
  call: string,
  what: string,
): Readonly<Record<string, unknown>> {
  if (typeof facts === 'object' && facts !== null && !Array.isArray(facts)) {
    const text = JSON.stringify(facts);
    if (text.length <= MOST_CLAIM_CHARACTERS) return JSON.parse(text) as Record<string, unknown>;
    throw refused(call, what, `at most ${MOST_CLAIM_CHARACTERS} characters of JSON`);
  }
  throw refused(call, what, 'a plain object');
}

/** @throws SessionInvalidError */
export function requireAmr(amr: unknown, call: string): readonly string[] {
  return requireNames(amr, call, 'amr');
}

/** The level that is asked for, or the methods' own. @throws SessionInvalidError */
export function requireLevel(aal: unknown, amr: readonly string[], call: string): AssuranceLevel {
  if (aal === undefined) return assuranceOf(amr);
  if (aal === 1 || aal === 2 || aal === 3) return aal;
  throw refused(call, 'aal', '1, 2 or 3');
}

/** @throws SessionInvalidError */
export function requireKeep(keep: LoginOptions['keep'], call: string): readonly string[] {
  if (keep === undefined) return [];
  if (!Array.isArray(keep))
    throw refused(call, 'keep', "an array of field names, such as ['cart']");
  return [...new Set(keep.map((field: string) => requireFieldName(field)))];
}

/** The label, cut to its length. @throws SessionInvalidError */
export function requireDevice(device: unknown, call: string): string | undefined {
  if (device === undefined) return undefined;
  if (typeof device === 'string') return device.slice(0, LONGEST_DEVICE);
  throw refused(call, 'device', 'a text');
}

/** @throws SessionInvalidError where it is neither true nor false */
export function requireSwitch(value: unknown, call: string, what: string): boolean {
  if (typeof value === 'boolean') return value;
  throw refused(call, what, 'true or false');
}

function requireNames(names: unknown, call: string, what: string): readonly string[] {
  const fits = (name: unknown): boolean =>
    typeof name === 'string' && name.length > 0 && name.length <= LONGEST_NAME;
  if (Array.isArray(names) && names.length <= 100 && names.every(fits))
    return [...(names as string[])];
  throw refused(call, what, `an array of at most 100 texts of 1 to ${LONGEST_NAME} characters`);
}

function refused(call: string, what: string, expected: string): SessionInvalidError {
  return new SessionInvalidError(`${call}: ${what} must be ${expected}. Nothing was changed.`);
}
