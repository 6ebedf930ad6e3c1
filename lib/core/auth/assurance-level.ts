import type { AssuranceLevel } from './principal.js';

/** Kinds of factor by the method names of RFC 8176: something one knows, has, is. */
const FACTORS: ReadonlyMap<string, 'knows' | 'has' | 'is'> = new Map([
  ['pwd', 'knows'],
  ['pin', 'knows'],
  ['kba', 'knows'],
  ['otp', 'has'],
  ['sms', 'has'],
  ['tel', 'has'],
  ['hwk', 'has'],
  ['swk', 'has'],
  ['sc', 'has'],
  ['pop', 'has'],
  ['face', 'is'],
  ['fpt', 'is'],
  ['iris', 'is'],
  ['retina', 'is'],
  ['vbm', 'is'],
]);

/** 2 where the methods are of two kinds, or `mfa` says so (NIST SP 800-63B, section 2.2); 1 otherwise. 3 has to be said. */
export function assuranceOf(amr: readonly string[]): AssuranceLevel {
  const kinds = new Set(amr.map((method) => FACTORS.get(method)).filter(Boolean));
  return kinds.size > 1 || amr.includes('mfa') ? 2 : 1;
}
