import { CsrfTokens } from '../core/csrf-tokens.js';
import type { ResolvedSessionOptions } from '../options/resolved-options.js';
import { CsrfProtection, VISITOR_LENGTH } from './csrf-protection.js';
import { OwnCookie } from './own-cookie.js';
import type { TransportChain } from './transport-chain.js';

/** Undefined where no token is attached by browsers themselves: no other site can then act as the user. */
export function createCsrfProtection(
  { csrf, cookie, secret, keyPrefix }: ResolvedSessionOptions,
  chain: TransportChain,
): CsrfProtection | undefined {
  if (!csrf || !chain.isAmbient) return undefined;
  const { sameSite, secure, partitioned } = cookie;
  const visitor = { name: csrf.cookieName, path: '/', sameSite, secure, partitioned };
  return new CsrfProtection({
    tokens: new CsrfTokens(secret, keyPrefix),
    cookie: new OwnCookie(visitor, VISITOR_LENGTH),
    origins: csrf.origins,
    header: csrf.header,
    secure,
  });
}
