import { areOrigins, isTokenHeader } from './csrf-checks.js';
import { Check } from './option-check.js';

/** How requests that another site may have started are told apart (OWASP ASVS 3.5.1; docs/csrf.md). */
export class CsrfOptions {
  /**
   * Origins beside the app's own whose pages may send requests with the user's session, such as 'https://admin.shop.example'; default
   * none. A proxy that changes the header Host without `trust proxy` needs the app's own here.
   */
  @Check(areOrigins) origins: readonly string[] = [];

  /** Request header in which the token of `session.csrfToken()` comes; default 'X-CSRF-Token'. */
  @Check(isTokenHeader) header: string = 'X-CSRF-Token';
}
