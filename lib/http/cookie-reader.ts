import type { TokenReading } from './session-transport.js';

/**
 * Finds one cookie by its exact bytes: no decoding, no quotes, no trimming beyond the space that separates pairs, no
 * `$Version`. Lenient readers make `__Host-` names forgeable (SECURITY R22). Two cookies of the name: neither is used.
 * @param length of the values that this app makes: no other is looked at
 */
export function readCookie(header: string, name: string, length: number): TokenReading {
  const pair = `${name}=`;
  let found: string | undefined;
  let at = header.indexOf(pair);
  while (at >= 0) {
    if (at === 0 || isPairStart(header, at)) {
      if (found !== undefined) return 'ambiguous';
      const end = header.indexOf(';', at);
      found = header.slice(at + pair.length, end < 0 ? undefined : end);
    }
    at = header.indexOf(pair, at + pair.length);
  }
  return found === undefined || found.length !== length ? undefined : { token: found };
}

function isPairStart(header: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && header.charCodeAt(before) === 0x20) before--;
  return before < 0 || header.charCodeAt(before) === 0x3b;
}
