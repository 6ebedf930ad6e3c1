import type { AssuranceLevel } from '../core/auth/principal.js';
import { parseDuration, type Duration } from '../core/duration.js';
import { SessionOptionsError } from '../core/errors.js';
import { addAuthNote, type AuthNote } from '../http/auth-rule.js';
import { addSessionUse } from '../http/handler-plan.js';

/** Goes on a controller or a handler; a handler's own wins over its controller's. */
type AuthDecorator = ClassDecorator & MethodDecorator;

/**
 * The handler needs a login: 401 with the reason without one.
 *
 * @example @Get('orders') @Authenticated() orders(@Principal() user: Principal) {}
 */
export function Authenticated(): AuthDecorator {
  return note({ access: 'authenticated' });
}

/** The handler needs no login, whatever its controller or the option `authenticatedByDefault` says. */
export function Public(): AuthDecorator {
  return note({ access: 'public' });
}

/**
 * The handler needs a login with any of these roles: 403 for a user who has none of them. Roles are the user's, as the newest `login()` or
 * `SessionRegistry.setRoles()` left them, on every server.
 */
export function Roles(...roles: string[]): AuthDecorator {
  if (roles.length === 0) throw new SessionOptionsError(['@Roles() needs at least one role.']);
  return note({ roles });
}

/**
 * The user must have shown who they are within this time, by `login()` or `session.elevate()`: 401 `fresh_login_required` otherwise
 * (OWASP ASVS 7.5.1).
 * @param within ms or '5m'
 */
export function FreshLogin(within: Duration): AuthDecorator {
  parseDuration(within);
  return note({ freshWithin: within });
}

/** The login must have this authenticator assurance level (NIST SP 800-63B) or a higher one: 401 `aal_required` otherwise. */
export function Aal(level: AssuranceLevel): AuthDecorator {
  if (![1, 2, 3].includes(level)) throw new SessionOptionsError([`@Aal(${level}): 1, 2 or 3.`]);
  return note({ aal: level });
}

/** The decorators under one name. */
export interface AuthDecorators {
  /** {@link Authenticated} */
  readonly Authenticated: typeof Authenticated;
  /** {@link Public} */
  readonly Public: typeof Public;
  /** {@link Roles} */
  readonly Roles: typeof Roles;
  /** {@link FreshLogin} */
  readonly FreshLogin: typeof FreshLogin;
  /** {@link Aal} */
  readonly Aal: typeof Aal;
}

/**
 * The same decorators, for code that has a `Roles` or `Public` of its own.
 *
 * @example @Auth.Roles('admin')
 */
export const Auth: AuthDecorators = { Authenticated, Public, Roles, FreshLogin, Aal };

function note(what: AuthNote): AuthDecorator {
  return (target: object, method?: string | symbol) => {
    const type = method === undefined ? target : target.constructor;
    addAuthNote(type, method, what);
    if (what.access !== 'public') addSessionUse(type, method, []);
  };
}
