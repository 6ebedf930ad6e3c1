/** The options of a cookie as the rules between them see them: any may be wrong. */
export interface CookieSettings {
  readonly name?: unknown;
  readonly path?: unknown;
  readonly domain?: unknown;
  readonly sameSite?: unknown;
  readonly secure?: unknown;
  readonly partitioned?: unknown;
}

/** Prefixes that browsers tie to conditions, the longer first (RFC 6265bis, section 4.1.3). */
const PREFIX = /^__(?:Host-Http|Host|Secure|Http)-/i;

/** True for names that only the host itself can set, for all its paths. Browsers ignore the case. */
export function isHostName(name: unknown): boolean {
  return typeof name === 'string' && /^__Host-/i.test(name);
}

/** True for names with a prefix, which only https can set. */
export function isPrefixed(name: unknown): boolean {
  return typeof name === 'string' && PREFIX.test(name);
}

/** The name as plain http can set it: 'sid' for '__Host-sid'. */
export function withoutPrefix(name: string): string {
  return name.replace(PREFIX, '');
}

/** True where `insecureDev` of the whole options is on. */
export function isInsecureDev(root: object): boolean {
  return (root as { readonly insecureDev?: unknown }).insecureDev === true;
}
