import { parseDuration, type Duration } from '../core/duration.js';
import { SessionOptionsError } from '../core/errors.js';
import type { AssuranceLevel } from '../core/auth/principal.js';
import { classChain } from './class-chain.js';

/** What a handler asks of the login. */
export interface AuthRule {
  /** Any of them; undefined: none is asked for. */
  readonly roles: readonly string[] | undefined;
  /** Longest time since the user last showed who they are, ms. */
  readonly freshWithin: number | undefined;
  readonly aal: AssuranceLevel | undefined;
}

/** What decorators note on a class or method. */
export interface AuthNote {
  readonly access?: 'public' | 'authenticated' | 'both';
  readonly roles?: readonly string[];
  readonly freshWithin?: Duration;
  readonly aal?: AssuranceLevel;
}

const NOTES = 'nest-session:auth';

/** Adds to what a class, or a method of it by name, asks of the login. */
export function addAuthNote(
  type: object,
  method: string | symbol | undefined,
  note: AuthNote,
): void {
  const before = noteOf(type, method);
  const merged: { -readonly [Name in keyof AuthNote]: AuthNote[Name] } = { ...before, ...note };
  if (before.access && note.access && before.access !== note.access) merged.access = 'both';
  if (method === undefined) Reflect.defineMetadata(NOTES, merged, type);
  else Reflect.defineMetadata(NOTES, merged, type, method);
}

/**
 * What a handler asks of the login: what stands nearest to it counts, method before class before parent class, each of
 * access, roles, freshness and level by itself. `@Public()` ends the search.
 * @returns undefined where no login is needed
 */
export function authRuleOf(type: object, method: string, byDefault: boolean): AuthRule | undefined {
  let found: AuthNote = {};
  for (const note of notesFrom(type, method)) {
    if (note.access === 'both') throw contradiction(type, method);
    if (note.access === 'public') {
      if (note.roles ?? note.freshWithin ?? note.aal) throw contradiction(type, method);
      return needsLogin(found) ? ruleFrom(found) : undefined;
    }
    found = { ...note, ...found };
  }
  return needsLogin(found) || byDefault ? ruleFrom(found) : undefined;
}

function needsLogin({ access, roles, freshWithin, aal }: AuthNote): boolean {
  return access === 'authenticated' || (roles ?? freshWithin ?? aal) !== undefined;
}

function ruleFrom({ roles, freshWithin, aal }: AuthNote): AuthRule {
  return {
    roles,
    freshWithin: freshWithin === undefined ? undefined : parseDuration(freshWithin),
    aal,
  };
}

function* notesFrom(type: object, method: string): Generator<AuthNote> {
  for (const at of classChain(type)) {
    yield noteOf(at, method);
    yield noteOf(at, undefined);
  }
}

function noteOf(type: object, method: string | symbol | undefined): AuthNote {
  const found: unknown =
    method === undefined
      ? Reflect.getOwnMetadata(NOTES, type)
      : Reflect.getOwnMetadata(NOTES, type, method);
  return (found as AuthNote | undefined) ?? {};
}

function contradiction(type: object, method: string): SessionOptionsError {
  const { name } = type as { name: string };
  return new SessionOptionsError([
    `${name}.${method}: @Public() stands beside a decorator that needs a login. Drop one of them.`,
  ]);
}
