import type { Type } from '@nestjs/common';
import type { SessionTransport } from '../http/session-transport.js';
import { isClass } from './describe-value.js';
import { problem, type OptionCheck } from './option-check.js';
import { isOneOf } from './simple-checks.js';

/** A way of the token between client and server: a cookie, or the header `Authorization: Bearer`. */
export type TransportName = 'cookie' | 'bearer';

/** One way, several in the order in which they are tried, or one of your own. */
export type TransportOption =
  TransportName | readonly TransportName[] | SessionTransport | Type<SessionTransport>;

const NAMES: readonly TransportName[] = ['cookie', 'bearer'];

/** `transport`: known names, each once, or something with read, write and clear. */
export const isTransport: OptionCheck = (value, site) => {
  if (typeof value === 'string') return isOneOf(NAMES)(value, site);
  if (Array.isArray(value)) return namesProblems(value, site.path);
  const members: unknown = isClass(value) ? value.prototype : value;
  const missing = ['read', 'write', 'clear'].filter((name) => !hasMethod(members, name));
  if (missing.length === 0) return [];
  const expected = `it must be 'cookie', 'bearer', an array of them, or a SessionTransport, which has ${missing.join(' and ')} too`;
  return [problem(site.path, value, expected, 'Extend the class SessionTransport.')];
};

/** True for transports by name, as opposed to one of the app's own. */
export function isNamedTransport(
  transport: TransportOption,
): transport is TransportName | readonly TransportName[] {
  return typeof transport === 'string' || Array.isArray(transport);
}

function namesProblems(names: readonly unknown[], path: string): string[] {
  const expected = "it must name 'cookie' and 'bearer', each once at most";
  const mend = "Write ['cookie', 'bearer'] to try the cookie first.";
  const isGood = (name: unknown, at: number): boolean =>
    NAMES.some((known) => known === name) && names.indexOf(name) === at;
  if (names.length === 0) return [problem(path, names, expected, mend)];
  return names.flatMap((name, at) =>
    isGood(name, at) ? [] : [problem(`${path}[${at}]`, name, expected, mend)],
  );
}

function hasMethod(value: unknown, name: string): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Record<string, unknown>)[name] === 'function'
  );
}
