import type { ServerResponse } from 'node:http';

const ALLOWED_CACHING = 'private, no-cache';

/** Nobody may cache what depends on the session (OWASP ASVS 14.3.2), but by headers that the app has set for it. */
export function preventCaching(response: ServerResponse, vary: string): void {
  const given = response.getHeader('Cache-Control');
  if (given === undefined || mayBeShared(String(given).toLowerCase())) {
    response.setHeader('Cache-Control', 'no-store');
  }
  const before = response.getHeader('Vary');
  if (before === undefined) response.setHeader('Vary', vary);
  else if (before !== vary) addVary(response, String(before), vary);
}

function mayBeShared(caching: string): boolean {
  return caching !== ALLOWED_CACHING && !caching.includes('no-store');
}

function addVary(response: ServerResponse, before: string, vary: string): void {
  if (before === '*') return;
  const named = before.toLowerCase().split(/\s*,\s*/);
  const added = vary.split(', ').filter((name) => !named.includes(name.toLowerCase()));
  if (added.length > 0) {
    response.setHeader('Vary', [before, ...added].filter((name) => name !== '').join(', '));
  }
}
