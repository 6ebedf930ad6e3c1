import type { AssuranceLevel } from './principal.js';

/** What `login()` may be told beside the user's id. */
export interface LoginOptions {
  /** The user's roles, on all devices from now on. Default: those the user's record has. */
  readonly roles?: readonly string[];
  /** Facts about this session alone, such as an impersonator's id. Default none. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** How the user showed who they are, e.g. `['pwd']` (RFC 8176). Default none. */
  readonly amr?: readonly string[];
  /** Assurance level where `amr` does not say it. Default by `amr`: 2 for two kinds of factor, otherwise 1. */
  readonly aal?: AssuranceLevel;
  /** Keeps the login for the times of the option `remember`, in a cookie that outlives the browser (Max-Age). Default false. */
  readonly remember?: boolean;
  /** Label for the user's list of devices, at most 100 characters. Default: browser and system by the User-Agent header. */
  readonly device?: string;
  /** Fields that the new session takes over. Default none: what was stored before a login is not trusted after it. */
  readonly keep?: readonly string[];
}

/** What `logout()` may be told. */
export interface LogoutOptions {
  /** Fields that a new anonymous session takes over. Default none. */
  readonly keep?: readonly string[];
}

/** What `elevate()` is told. */
export interface ElevateOptions {
  /** How the user showed once more who they are, e.g. `['otp']`; added to the session's methods. */
  readonly amr: readonly string[];
  /** Assurance level where the methods together do not say it. */
  readonly aal?: AssuranceLevel;
}

/** What `login()` did. */
export interface LoginResult {
  /** Public name of the new session. */
  readonly handle: string;
  /** Handles of the user's sessions that had to go, see `maxSessionsPerUser`. */
  readonly evicted: readonly string[];
  /** Whether a replica holds the login, so that a failover can't undo it. */
  readonly durable: boolean;
  /** The token, where no cookie carries it. Not enumerable; given out once. */
  readonly token?: string;
}

/** What `logout()` did. */
export interface LogoutResult {
  /** Whether a replica knows of it, so that a failover can't undo it. */
  readonly durable: boolean;
}

/** What `elevate()` did. */
export interface ElevateResult {
  /** Public name of the session; elevation keeps it. */
  readonly handle: string;
  /** Whether a replica holds it. */
  readonly durable: boolean;
  /** The new token, where no cookie carries it. Not enumerable; given out once. */
  readonly token?: string;
}
