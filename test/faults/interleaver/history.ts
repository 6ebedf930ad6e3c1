import type { Operation } from './actor.js';

/** What a request is about to do, as far as the rules care. */
export type Intent =
  | { readonly does: 'open' }
  | { readonly does: 'touch' }
  | { readonly does: 'set'; readonly field: string; readonly value: string }
  | { readonly does: 'push'; readonly item: string }
  | { readonly does: 'add'; readonly by: number }
  | { readonly does: 'take' }
  /** A new secret at once; `elevates`: with a higher level. */
  | { readonly does: 'secret'; readonly elevates: boolean }
  /** A new secret beside the old one. */
  | { readonly does: 'renew' }
  /** `from`: it takes the place of the session that all hold. */
  | {
      readonly does: 'login';
      readonly user: string;
      readonly from: boolean;
      readonly keep: readonly string[];
      readonly roles?: readonly string[];
    }
  /** Logout or destroy. */
  | { readonly does: 'leave'; readonly keep: readonly string[] }
  /** Ends all sessions of the user. */
  | { readonly does: 'revoke'; readonly user: string }
  | { readonly does: 'disable'; readonly user: string }
  | { readonly does: 'roles'; readonly user: string; readonly roles: readonly string[] }
  | { readonly does: 'list'; readonly user: string };

/** A session as a request saw it. */
export interface Sight {
  /** Undefined where the token opened no session. */
  readonly handle: string | undefined;
  readonly user: string | undefined;
  readonly roles: readonly string[];
  readonly aal: number | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What the caller was told. */
export interface Told {
  /** The session in hand afterwards. */
  readonly handle?: string | undefined;
  /** A token that was given out. */
  readonly token?: string | undefined;
  /** Handles that were ended. */
  readonly ended?: readonly string[];
  /** What `takeOnce` gave. */
  readonly taken?: unknown;
  /** Whether there was something to change. */
  readonly applied?: boolean;
  readonly sight?: Sight;
}

/** One call of the session API in a history. */
export interface Deed extends Told {
  readonly actor: string;
  readonly intent: Intent;
  readonly begin: number;
  readonly end: number;
  /** `refused`: a typed error that says that nothing was done; `unknown`: one that says that nobody knows. */
  readonly outcome: 'done' | 'refused' | 'unknown';
  /** Code of the error. */
  readonly error?: string;
}

/** The intent as one kind of it; undefined where it is another. */
export function intentOf<K extends Intent['does']>(
  deed: Deed,
  kind: K,
): Extract<Intent, { does: K }> | undefined {
  return deed.intent.does === kind ? (deed.intent as Extract<Intent, { does: K }>) : undefined;
}

/** A call that has begun, to be timed by the gate. */
export function newOperation(): Operation {
  return { begin: undefined };
}
