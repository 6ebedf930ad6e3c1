/** Authenticator assurance level (NIST SP 800-63B): 1 single factor, 2 two factors, 3 two factors with a hardware key. */
export type AssuranceLevel = 1 | 2 | 3;

/** Who is logged in with a session. Frozen; true as of this request. */
export interface Principal {
  /** The user's id as given to `login()`. */
  readonly id: string;
  /** The user's roles: those of the newest `login()` or `SessionRegistry.setRoles()`, on all devices. */
  readonly roles: readonly string[];
  /** The user's attributes: `SessionRegistry.setAttributes()`. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** What `login()` was told of this session alone. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** How the user showed who they are, e.g. `['pwd', 'otp']` (RFC 8176). */
  readonly amr: readonly string[];
  /** How sure the app may be: by `amr`, or as `login()` or `elevate()` said. */
  readonly aal: AssuranceLevel;
  /** When the session was logged in, by Redis' clock. */
  readonly loginAt: Date;
  /** When the user last showed who they are: at login, or at the last `elevate()`. */
  readonly authenticatedAt: Date;
  /**
   * True where the login lives only because it is remembered: an ordinary one would have ended since the user last showed who they
   * are. Ask for the password before anything that matters, as `@FreshLogin()` does.
   */
  readonly remembered: boolean;
}
