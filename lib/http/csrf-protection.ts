import { randomBytes } from 'node:crypto';
import type { CsrfHolder, CsrfTokens } from '../core/csrf-tokens.js';
import type { CsrfReason } from '../core/errors.js';
import type { BroughtToken } from './brought-token.js';
import type { OwnCookie } from './own-cookie.js';
import { isOwnOrigin } from './own-origin.js';
import { rawRequest, type HttpRequest } from './http-request.js';

/** What the protection is made of, once for the app. */
export interface CsrfSettings {
  readonly tokens: CsrfTokens;
  /** Holds a visitor's secret while there is no session. */
  readonly cookie: OwnCookie;
  /** Origins of other sites whose requests are the app's own. */
  readonly origins: readonly string[];
  /** Request header of the token, in lower case. */
  readonly header: string;
  /** Whether the app's cookies are Secure. */
  readonly secure: boolean;
}

/** Length of a visitor's secret: 16 random bytes. */
export const VISITOR_LENGTH = 22;

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** Tells requests of the app's own pages from those that another site has a browser send. Asks no store. */
export class CsrfProtection {
  readonly tokens: CsrfTokens;
  readonly cookie: OwnCookie;
  readonly #settings: CsrfSettings;

  constructor(settings: CsrfSettings) {
    this.tokens = settings.tokens;
    this.cookie = settings.cookie;
    this.#settings = settings;
  }

  /**
   * Why the request is refused; undefined where it is not. The browser's word counts first, then the origin, then the token; a token
   * does not outweigh a browser that says `cross-site` (OWASP CSRF cheat sheet: Fetch Metadata, origin verification, HMAC tokens).
   */
  refusal(request: HttpRequest, brought: BroughtToken): CsrfReason | undefined {
    const { method = '', headers } = rawRequest(request);
    if (SAFE_METHODS.has(method)) return undefined;
    const { origin, cookie, 'sec-fetch-site': site } = headers;
    if (site === 'same-origin' || site === 'none') return undefined;
    // No browser sends a form or a script's request without all three.
    if (site === undefined && origin === undefined && cookie === undefined) return undefined;
    if (origin !== undefined && this.#isAllowed(origin, site, request)) return undefined;
    if (brought.isDeliberate) return undefined;
    if (site !== undefined && site !== 'same-site') return 'cross_site';
    const token = headers[this.#settings.header];
    if (typeof token !== 'string') return 'token_required';
    return this.#isHeld(token, request, brought) ? undefined : 'token_invalid';
  }

  /** The visitor's secret that came with the request, if one did. */
  visitorOf(request: HttpRequest): string | undefined {
    const reading = this.cookie.read(rawRequest(request));
    return typeof reading === 'object' ? reading.token : undefined;
  }

  /** A secret for a new visitor. */
  newVisitor(): string {
    return randomBytes(16).toString('base64url');
  }

  /** @param site what the browser says, which it knows better than the server: an own origin counts only where it is silent */
  #isAllowed(origin: string, site: unknown, request: HttpRequest): boolean {
    const { origins, secure } = this.#settings;
    if (origins.includes(origin)) return true;
    return site === undefined && isOwnOrigin(origin, request, secure);
  }

  /** A visitor's token goes on while nobody is logged in: the page that holds it may have begun a session since. */
  #isHeld(text: string, request: HttpRequest, { token }: BroughtToken): boolean {
    if (token && this.tokens.verify(sessionHolder(token.digest), text)) return true;
    const visitor = token?.kind === 'user' ? undefined : this.visitorOf(request);
    return visitor !== undefined && this.tokens.verify({ kind: 'visitor', secret: visitor }, text);
  }
}

/** Bound to the digest of the session's secret: login, elevation and rotation give another. */
export function sessionHolder(digest: string): CsrfHolder {
  return { kind: 'session', secret: digest };
}
