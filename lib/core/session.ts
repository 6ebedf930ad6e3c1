import type {
  ElevateOptions,
  ElevateResult,
  LoginOptions,
  LoginResult,
  LogoutOptions,
  LogoutResult,
} from './auth/login-options.js';
import type { Principal } from './auth/principal.js';
import type { Duration } from './duration.js';

/**
 * What an app keeps in its sessions. Augment it to type every `Session` of the app at once:
 * `declare module 'nest-session' { interface SessionData { cart?: Cart } }`
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface SessionData {}

/** How to save a session. */
export interface SaveOptions {
  /**
   * True waits until a replica holds what is written, 150 ms at most; false does not. Default by the option `durability`. A save that no
   * replica confirms stands all the same, and no error tells of it: the result does.
   */
  readonly durable?: boolean;
}

/** What saving a session did. */
export interface SaveResult {
  /** Whether anything was written. */
  readonly changed: boolean;
  /**
   * Whether a replica holds what was written, so that the master's death can't undo it. False where nothing was written, where nobody waited
   * for a replica, and where the slot has none.
   */
  readonly durable: boolean;
  /**
   * The token, where this call created the session and no cookie carries it. Not enumerable, so that
   * logs and JSON don't show it; given out once.
   */
  readonly token?: string;
}

/** What giving a session a new secret did. */
export interface RotateResult {
  /** Public name of the session; rotation keeps it. Undefined where nothing is stored yet. */
  readonly handle: string | undefined;
  /** The new token, where no cookie carries it. Not enumerable; given out once. */
  readonly token?: string;
}

/** The part of a session that is not the app's data. Not enumerable, and never stored. */
export interface SessionMembers<T extends object = SessionData> {
  /** Public name of the session for logs and device lists; undefined while nothing is stored. Not a secret. */
  readonly handle: string | undefined;
  /** Whether the session is not stored yet. */
  readonly isNew: boolean;
  /** When it was first stored, by Redis' clock. */
  readonly createdAt: Date | undefined;
  /** When it ends if no further request comes, by Redis' clock. */
  readonly expiresAt: Date | undefined;

  /** Who is logged in with this session, true as of this request; undefined where nobody is. */
  readonly principal: Principal | undefined;

  /**
   * Logs a user in: a new session with a new token, listed in the user's record; the one before ends at once (OWASP ASVS
   * 7.2.4). What it held is dropped but for `keep`. Check the password before.
   * @param userId the user's id in your app, 1 to 256 characters
   * @throws SessionLoginRefusedError where the user is disabled or has too many sessions; SessionClosedError after the
   * response head; SessionInvalidError; SessionStoreUnavailableError, and nobody is logged in
   */
  login(userId: string, options?: LoginOptions): Promise<LoginResult>;
  /**
   * Logs the session's user out, on every server from the next request on. Where nobody is logged in and nothing is kept,
   * it destroys the session.
   */
  logout(options?: LogoutOptions): Promise<LogoutResult>;
  /**
   * Notes that the user has shown once more who they are (step-up): new secret, same session, a new `authenticatedAt`. It does not
   * move the absolute end.
   * @throws SessionInvalidError where nobody is logged in; SessionEndedError where the session was ended meanwhile
   */
  elevate(options: ElevateOptions): Promise<ElevateResult>;

  /**
   * A token for the header `X-CSRF-Token` (option `csrf.header`), by which this client's requests are known where the browser does not
   * say where they come from. Differs with each call; those before are good until login, elevation, rotation or the session's end.
   * For a visitor without a session it hangs on a cookie of an hour, and nothing is stored.
   * @throws SessionInvalidError where the app checks none, or outside of a request; SessionClosedError where a visitor's cookie would come
   * after the response head
   */
  csrfToken(): string;

  /**
   * Saves now what otherwise is saved before the response head leaves.
   * @param options `durable`: whether to wait for a replica
   * @throws SessionConflictError, SessionEndedError, SessionTooLargeError, SessionInvalidError, SessionStoreUnavailableError
   */
  save(options?: SaveOptions): Promise<SaveResult>;
  /** Drops unsaved changes and reads again what this request loaded. Values handed out before are no longer live. */
  reload(): Promise<void>;
  /** Loads further fields into a session that declared its fields; without names, all of them. */
  load<K extends keyof T & string>(...fields: K[]): Promise<void>;
  /**
   * Gives the session a new secret at once; the old token is refused from then on. Same session, same data.
   * @throws SessionClosedError after the response head has left
   */
  rotate(): Promise<RotateResult>;
  /**
   * Ends the session on every server and clears the client's token, also one whose session was ended elsewhere. Later changes
   * in this request throw.
   */
  destroy(): Promise<void>;
  /**
   * Changes one field by a function of its stored value, exactly: repeated on what others stored meanwhile until
   * it fits. Acts at once, after this request's own changes to the field. `fn` may mutate and return nothing.
   * @returns the value as stored
   */
  update<K extends keyof T & string>(
    field: K,
    fn: (value: T[K] | undefined) => T[K] | void | Promise<T[K] | void>,
  ): Promise<T[K]>;
  /** Adds to a number, exactly, at once; an absent field counts as 0. @returns the number as stored */
  increment<K extends keyof T & string>(field: K, by?: number): Promise<number>;
  /**
   * Keeps a value that can be taken only once, such as an OAuth state (OWASP ASVS 10.1.2). It lives in a namespace of
   * its own, apart from the data fields.
   * @param options `ttl`: how long it may be taken, ms or '10m'; default 10 minutes
   */
  putOnce(field: string, value: unknown, options?: { ttl?: Duration }): void;
  /** Takes such a value, at once: of any number of parallel requests exactly one gets it, the others undefined. */
  takeOnce<V = unknown>(field: string): Promise<V | undefined>;
  /** Leaves a message for the next request that asks for it. */
  flash<V = unknown>(key: string, value: V): void;
  /** Takes the message that was left under this key; undefined where there is none. */
  flash<V = unknown>(key: string): V | undefined;
}

/**
 * One session: the app's data as plain properties, and the members above. Assign, delete or mutate deep
 * inside: what changed is saved before the response leaves.
 */
export type Session<T extends object = SessionData> = T & SessionMembers<T>;
