/** Stable, machine-readable names of what went wrong; also sent to the client as `code`. */
export type SessionErrorCode =
  | 'SESSION_STORE_UNAVAILABLE'
  | 'SESSION_CONFLICT'
  | 'SESSION_ENDED'
  | 'SESSION_TOO_LARGE'
  | 'SESSION_INVALID'
  | 'SESSION_FIELD_NOT_LOADED'
  | 'SESSION_CLOSED'
  | 'SESSION_LOGIN_REFUSED'
  | 'SESSION_LOGIN_REQUIRED'
  | 'SESSION_FORBIDDEN'
  | 'SESSION_CSRF'
  | 'SESSION_OPTIONS';

/** What all errors of this library share: a `code`, and never a token, key or stored value in the text. */
export abstract class SessionError extends Error {
  /** Stable name of the error, for programs. */
  abstract readonly code: SessionErrorCode;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/**
 * The store did not answer within the operation's deadline, or refused. Whether a write was applied
 * is then unknown, but it is never applied after its deadline. HTTP 503 with Retry-After.
 */
export class SessionStoreUnavailableError extends SessionError {
  readonly code = 'SESSION_STORE_UNAVAILABLE';

  /** @param retryAfter seconds after which another try makes sense */
  constructor(
    message: string,
    readonly retryAfter: number = 1,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Another request changed the same field and the field's merge policy allows no merge. HTTP 409. */
export class SessionConflictError extends SessionError {
  readonly code = 'SESSION_CONFLICT';

  /** @param fields names of the fields in conflict */
  constructor(
    readonly fields: readonly string[],
    reason: string,
  ) {
    super(
      `Session ${fields.length === 1 ? 'field' : 'fields'} ${fields.join(', ')} changed in another request: ` +
        `${reason}. Nothing was stored. Repeat the request, use session.update(), or give the field another merge policy.`,
    );
  }
}

/** Why a session can no longer be written. */
export type SessionEndReason =
  | 'destroyed'
  | 'expired'
  /** The token was replaced by a newer one. */
  | 'rotated'
  /** A login took its place. */
  | 'login'
  | 'logout'
  /** Ended from elsewhere: another device, an administrator. */
  | 'revoked'
  /** Ended by a newer login of the user, who had reached `maxSessionsPerUser`. */
  | 'evicted'
  /** The user was disabled. */
  | 'disabled'
  /** Of a remembered session: a token that had been replaced was used again, so somebody else may have one of them. */
  | 'theft'
  /** What is stored of the login was not written by this app: forged, swapped or rolled back. */
  | 'forged'
  /** The request brought several session cookies, so none was used (OWASP: cookie tossing). */
  | 'ambiguous';

/**
 * The session ended while (or before) this request used it; nothing was stored. HTTP 409, or 401 where a login is needed. Where the end
 * is a login or logout of the same moment that keeps fields, what it keeps may hold the change.
 */
export class SessionEndedError extends SessionError {
  readonly code = 'SESSION_ENDED';

  /** @param reason what ended the session, as far as the store still knows */
  constructor(readonly reason: SessionEndReason) {
    super(
      `The session has ended (${reason}), so its changes were not stored. A new session starts with the next request that brings no token.`,
    );
  }
}

/** `login()` was refused by the user's record; nobody was logged in. HTTP 403. */
export class SessionLoginRefusedError extends SessionError {
  readonly code = 'SESSION_LOGIN_REFUSED';

  /** @param reason `limit`: `maxSessionsPerUser` is reached and set to reject; `disabled`: SessionRegistry.disable() was called */
  constructor(readonly reason: 'limit' | 'disabled') {
    super(
      reason === 'limit'
        ? "The login was refused: the user has as many sessions as maxSessionsPerUser allows, and 'reject' is set. Log out elsewhere first."
        : 'The login was refused: the user is disabled. SessionRegistry.enable(userId) allows logins again.',
    );
  }
}

/**
 * Why a handler that needs a login did not run: `none` nobody was ever logged in, `fresh_login_required` and `aal_required` ask
 * for `elevate()` or a new login, the others say what ended the session.
 */
export type LoginRequiredReason =
  'none' | 'fresh_login_required' | 'aal_required' | SessionEndReason;

/** The handler needs a login, or a fresher or stronger one. HTTP 401. */
export class SessionLoginRequiredError extends SessionError {
  readonly code = 'SESSION_LOGIN_REQUIRED';

  /** @param reason why the one there is will not do */
  constructor(
    readonly reason: LoginRequiredReason,
    options?: ErrorOptions,
  ) {
    super(`A login is needed (${reason}).`, options);
  }
}

/** The user is known but has none of the roles that the handler asks for. HTTP 403. */
export class SessionForbiddenError extends SessionError {
  readonly code = 'SESSION_FORBIDDEN';
  /** What is missing. */
  readonly reason = 'role_required';

  constructor() {
    super('You may not do this.');
  }
}

/**
 * Why a request was refused that another site may have started: `cross_site` the browser says that one did; `token_required` nothing
 * says that none did, and no CSRF token came; `token_invalid` one came that is not of this session, or no longer.
 */
export type CsrfReason = 'cross_site' | 'token_required' | 'token_invalid';

/** Another site may have started the request, so no session was opened for it and nothing was read or written. HTTP 403. */
export class SessionCsrfError extends SessionError {
  readonly code = 'SESSION_CSRF';

  /** @param reason what speaks against the request, or what is missing */
  constructor(readonly reason: CsrfReason) {
    super(`The request was refused, as another site may have started it (${reason}).`);
  }
}

/** A limit of `limits` would be passed; nothing was stored. HTTP 413. */
export class SessionTooLargeError extends SessionError {
  readonly code = 'SESSION_TOO_LARGE';

  /**
   * @param limit the option that was passed
   * @param allowed its value: bytes for `session` and `field`, a count for `fields` and `depth`
   */
  constructor(
    readonly limit: 'session' | 'field' | 'fields' | 'depth',
    readonly allowed: number,
    where: string,
  ) {
    super(
      `${where} is over limits.${limit} (${allowed}${limit === 'session' || limit === 'field' ? ' bytes' : ''}); ` +
        'nothing was stored. Keep less in the session, or raise the limit in SessionModule.forRoot({ limits }).',
    );
  }
}

/** The handler wrote what can't be stored or what the schema refuses; nothing was stored. HTTP 500. */
export class SessionInvalidError extends SessionError {
  readonly code = 'SESSION_INVALID';

  /** @param issues one line per problem, each starting with the path of the value */
  constructor(
    message: string,
    readonly issues: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A handler that declares its fields touched another one. HTTP 500. */
export class SessionFieldNotLoadedError extends SessionError {
  readonly code = 'SESSION_FIELD_NOT_LOADED';

  /** @param field the field that was touched without being loaded */
  constructor(readonly field: string) {
    super(
      `Session field '${field}' was not loaded: this handler declares the fields it uses. ` +
        `Declare it too with @UseSession('${field}') on the handler, or load it with await session.load('${field}').`,
    );
  }
}

/** The session was used in a way its response no longer allows, as the head has left. HTTP 500. */
export class SessionClosedError extends SessionError {
  readonly code = 'SESSION_CLOSED';
}

/** Options were refused at boot; `problems` names each option, what was given and how to mend it. */
export class SessionOptionsError extends SessionError {
  readonly code = 'SESSION_OPTIONS';

  /** @param problems one sentence per refused option, starting with its path */
  constructor(readonly problems: readonly string[]) {
    super(`SessionModule options are wrong:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
  }
}
