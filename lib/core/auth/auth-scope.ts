import type { Lifetimes } from '../session-store.js';
import type { AuthTexts } from './auth-texts.js';
import type { KnownLogins } from './known-logins.js';
import type { SessionLimit } from './session-limit.js';

/** What a stored login failed by; told to the operator, never to the client. */
export type ForgedPart = 'session' | 'entry' | 'generation' | 'roles' | 'attributes';

/** What logins of one module have in common. */
export interface AuthScope {
  readonly texts: AuthTexts;
  readonly known: KnownLogins;
  /** Home of a user's sessions. A function, so that who logs the scope does not log the pepper. */
  readonly homeOf: (userId: string) => string;
  /** Lifetimes of sessions with a user. */
  readonly lifetimes: Lifetimes;
  /** Lifetimes of remembered sessions; undefined where the option `remember` is not given. */
  readonly remember: Lifetimes | undefined;
  readonly limit: SessionLimit;
  /** Hears of stored logins that were not believed. */
  readonly reportForged: (handle: string, part: ForgedPart) => void;
  /** Hears of replaced tokens that were used again, whose session it is, and whether it was ended for it. */
  readonly reportTheft: (handle: string, revoked: boolean, userId: string | undefined) => void;
}
