import { SessionForbiddenError, SessionLoginRequiredError } from '../core/errors.js';
import type { LiveSession } from '../core/live-session.js';
import type { AuthRule } from './auth-rule.js';

/**
 * Refuses a request whose session is not what the rule asks for.
 * @param now ms since 1970 by the store's clock
 * @throws SessionLoginRequiredError, SessionForbiddenError
 */
export function authorize(live: LiveSession, rule: AuthRule, now: number): void {
  const { principal } = live;
  if (!principal) throw new SessionLoginRequiredError(live.tokenEnd ?? 'none');
  if (rule.roles && !rule.roles.some((role) => principal.roles.includes(role))) {
    throw new SessionForbiddenError();
  }
  if (rule.aal !== undefined && principal.aal < rule.aal) {
    throw new SessionLoginRequiredError('aal_required');
  }
  if (
    rule.freshWithin !== undefined &&
    now - principal.authenticatedAt.getTime() > rule.freshWithin
  ) {
    throw new SessionLoginRequiredError('fresh_login_required');
  }
}
