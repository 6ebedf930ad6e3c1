import { isCookieDomain, isCookieName, isCookiePath } from './cookie-attribute-checks.js';
import { isPartitionable, isSameSite, isSecure } from './cookie-flag-checks.js';
import { Check } from './option-check.js';

/** When a browser sends the cookie with requests that another site started. */
export type SameSite = 'lax' | 'strict' | 'none';

/** The session's cookie. It is always HttpOnly, and a session cookie: how long a session lives is up to `timeouts`. */
export class CookieOptions {
  /**
   * Name; default '__Host-sid'. With the prefix `__Host-` no other host or path can plant it, with `__Secure-` no plain
   * http (RFC 6265bis, section 4.1.3). A cookie with a Domain needs `__Secure-`.
   */
  @Check(isCookieName) name: string = '__Host-sid';

  /** Part of the site that gets the cookie; default '/', the only one that `__Host-` allows. */
  @Check(isCookiePath) path: string = '/';

  /** Domain whose hosts all get the cookie, such as 'shop.example'; default none: only the host that set it. */
  @Check(isCookieDomain) domain?: string;

  /** Default 'lax': sent when a user follows a link from another site, not with its forms or requests. */
  @Check(isSameSite) sameSite: SameSite = 'lax';

  /** Sent over https only (and http://localhost); default true. Only `insecureDev` takes it away. */
  @Check(isSecure) secure: boolean = true;

  /** In an iframe, one cookie per embedding site (CHIPS); default false. Needs `sameSite: 'none'`. */
  @Check(isPartitionable) partitioned: boolean = false;
}
