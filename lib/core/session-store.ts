import type { UserRecordStore } from './auth/user-record-store.js';
import type { UserTexts } from './auth/user-texts.js';
import type { SessionEndReason } from './errors.js';
import type { ExpiryIndex } from './expiry-index.js';
import type { Operation } from './operation.js';

/** Who a session is for: `user` says, without asking the store, that a user record belongs to it. */
export type TokenKind = 'anonymous' | 'user';

/** Names one session and proves the right to it: what a verified token holds, less the secret itself. */
export interface SessionAddress {
  readonly kind: TokenKind;
  /** Hash tag of the key: 20 base64url characters. */
  readonly home: string;
  /** Public name of the session: 16 base64url characters. */
  readonly selector: string;
  /** SHA-256 of the token's secret, base64url (43 characters). */
  readonly digest: string;
}

/** What storing a new session did. */
export interface CreateResult extends SessionTimes {
  /** Whether a replica holds it; only where the operation asked for it. */
  readonly durable?: boolean | undefined;
}

/** How long a session lives, in milliseconds. */
export interface Lifetimes {
  /** Time without a request after which it ends. */
  readonly idle: number;
  /** Time from its creation after which it ends, whatever happens. */
  readonly absolute: number;
  /**
   * Where it outlives the ordinary idle time: time without a request after which the next one is noted as a return. Undefined: returns
   * are not noted.
   */
  readonly away?: number | undefined;
}

/** When a session began and ends: milliseconds since 1970 by the store's clock. */
export interface SessionTimes {
  readonly createdAt: number;
  readonly absoluteEnd: number;
  /** Length of the idle time, milliseconds. */
  readonly idle: number;
  readonly touchedAt: number;
}

/** What is known of a session's secret, when a token's secret is good. */
export interface SecretState {
  /** Digest of the newest secret: the token's own, or that of one its client may not have yet. */
  readonly newest: string;
  /** When the newest was made: milliseconds since 1970 by the store's clock. */
  readonly madeAt: number;
  /** Whether the token may bring about another one: not where it has been replaced by one in use and only has its grace. */
  readonly renewable: boolean;
}

/** Returns after the time `Lifetimes.away`. */
export interface Returns {
  /** That time, milliseconds. */
  readonly away: number;
  /** When the newest return was noted, milliseconds since 1970; 0: never, or not since its user last showed who they are. */
  readonly returnedAt: number;
}

/** A live session as it is stored: texts, not values. */
export interface SessionRecord {
  readonly times: SessionTimes;
  readonly secret: SecretState;
  /** Undefined where returns are not noted. */
  readonly returns?: Returns | undefined;
  /** Stored text by field name; the library's own fields by their reserved names (`@...`). */
  readonly fields: ReadonlyMap<string, string>;
  /** Whether a touch is due: a tenth of the idle time has passed (of `away` where that is shorter), or a new secret is used for the first time. */
  readonly touchDue: boolean;
}

/** What reading a session can find. None of them is an error. */
export type ReadResult =
  | {
      readonly status: 'live';
      readonly record: SessionRecord;
      /** Of kind `user`: what the user's record said in the same turn. */
      readonly user?: UserTexts | undefined;
    }
  /** No such key: it expired, or never was. A write may start a new session. */
  | { readonly status: 'missing'; readonly user?: UserTexts | undefined }
  /** The token is ours but no longer good. No new session may take its place. */
  | {
      readonly status: 'ended';
      readonly reason: SessionEndReason;
      /** Where a replaced secret came later than any straggler would. */
      readonly replay?: SecretReplay | undefined;
    };

/** A secret that came back more than 10 s after the one in its place was first used: one of them is in other hands. */
export interface SecretReplay {
  /** The session's own field that says who is logged in; undefined where nobody is. */
  readonly auth: string | undefined;
}

/** One changed field. `text` null removes it. */
export interface FieldChange {
  readonly field: string;
  readonly text: string | null;
  /**
   * Text the field must still have (null: must still be absent) for the commit to be applied;
   * `undefined` applies it whatever is stored.
   */
  readonly base: string | null | undefined;
}

/** Bounds the store checks in the same step as the write. */
export interface StoreLimits {
  /** Bytes of all field names and texts together. */
  readonly session: number;
  /** Number of fields. */
  readonly fields: number;
}

/** What a commit can find. None of them is an error; only `applied` has stored something. */
export type CommitResult =
  /** Stored, by this attempt or (its reply was lost) by an earlier one of the same operation. */
  | {
      readonly status: 'applied';
      readonly attempt: number;
      readonly touchedAt: number;
      /** Whether a replica holds it; only where the operation asked for it. */
      readonly durable?: boolean | undefined;
      /** Of kind `user`: what the user's record said after the write. */
      readonly user?: UserTexts | undefined;
    }
  /** Nothing stored: `current` holds the stored text (null: absent) of each field that differed from its base. */
  | { readonly status: 'conflict'; readonly current: ReadonlyMap<string, string | null> }
  | {
      readonly status: 'ended';
      readonly reason: SessionEndReason;
      /** Of kind `user`: what the user's record said, where it was asked in the same turn. */
      readonly user?: UserTexts | undefined;
    }
  | { readonly status: 'too-large'; readonly limit: 'session' | 'fields' };

/** What rotating or destroying a session can find. */
export type EndResult =
  | {
      readonly status: 'applied';
      readonly durable: boolean;
      /** Of kind `user`, rotated without waiting for a replica: what the user's record said after the write. */
      readonly user?: UserTexts | undefined;
    }
  | {
      readonly status: 'ended';
      readonly reason: SessionEndReason;
      /** The same, where the record was asked. */
      readonly user?: UserTexts | undefined;
    };

/** What retiring a session can find. */
export type RetireResult =
  /** `texts` has the named fields that were stored. */
  | { readonly status: 'applied'; readonly texts: ReadonlyMap<string, string> }
  | { readonly status: 'ended'; readonly reason: SessionEndReason };

/** What renewing a secret can find. */
export type RenewResult =
  | { readonly status: 'applied' }
  /** Another request was first; the token's secret stays good for now. */
  | { readonly status: 'kept' }
  | { readonly status: 'ended'; readonly reason: SessionEndReason };

/** What a rotation may do besides. */
export interface Rotation {
  /** The library's own fields that are replaced in the same step. */
  readonly fields?: ReadonlyMap<string, string>;
  /** Whether to wait until a replica holds it; default false. */
  readonly durable?: boolean;
  /** Whether the user has just shown who they are, so that no return is noted any more; default false. */
  readonly present?: boolean;
}

/** What describing a session gives: no content. */
export interface SessionDescription {
  readonly times: SessionTimes;
  /** Bytes of the stored text by field name. */
  readonly fieldSizes: ReadonlyMap<string, number>;
}

/**
 * Where sessions live. Every method is one atomic step on one session, waits no longer than its
 * deadline, and rejects with {@link SessionStoreUnavailableError} when the store can't answer by then.
 *
 * What every store promises:
 * - Nothing but `create` brings a session into being.
 * - A write is applied at most once per operation id, and never after its deadline.
 * - A write is applied wholly or not at all.
 * - Only the store's own clock decides when a session ends.
 * - A secret is good if it is the newest, or if `renew` replaced it and the newest has not been used yet or was first used less than
 *   10 s ago. The first use is noted by the next `touch` or `commit` with it.
 */
export abstract class SessionStore {
  /** The records of users, in the same store. */
  abstract readonly users: UserRecordStore;

  /** Sessions by when they end; undefined where nobody asked for events of it, or the store has none. */
  readonly expiry: ExpiryIndex | undefined = undefined;

  /** Makes the store ready. Rejects, within 5 s, with every reason why it can't be reached. */
  abstract connect(): Promise<void>;

  /** Finishes what is under way and lets go of connections and timers. */
  abstract close(): Promise<void>;

  /**
   * Reads the named fields (and the library's own), or all when `fields` is undefined; of kind `user` the user's record
   * in the same turn.
   * @param deadline `performance.now()` milliseconds
   */
  abstract read(
    address: SessionAddress,
    fields: readonly string[] | undefined,
    deadline: number,
  ): Promise<ReadResult>;

  /**
   * Stores a session that did not exist. The selector is random, so an existing key means that an
   * earlier attempt of this operation was applied.
   * @param userId whose it is, for the event of its end; undefined for a visitor's
   */
  abstract create(
    address: SessionAddress,
    lifetimes: Lifetimes,
    fields: ReadonlyMap<string, string>,
    operation: Operation,
    userId?: string,
  ): Promise<CreateResult>;

  /**
   * Applies all changes if the session lives, the secret fits, and every base is still what is stored.
   * @param attempt 1 for the first; a merge after a conflict is the next attempt of the same operation
   */
  abstract commit(
    address: SessionAddress,
    changes: readonly FieldChange[],
    limits: StoreLimits,
    operation: Operation,
    attempt: number,
  ): Promise<CommitResult>;

  /** Notes that the session is used, if it lives: what `SessionRecord.touchDue` speaks of. A session that is gone is not an error. */
  abstract touch(address: SessionAddress, deadline: number): Promise<void>;

  /** Replaces the secret; the old one, and one before that had its grace, are refused from then on. */
  abstract rotate(
    address: SessionAddress,
    newDigest: string,
    operation: Operation,
    rotation?: Rotation,
  ): Promise<EndResult>;

  /**
   * Replaces the secret and leaves the old one its grace, if `newest` still is the newest: of parallel requests one wins. Where the
   * newest was never used, the one before it keeps its grace: its client has lost the answer. Touches the session too.
   */
  abstract renew(
    address: SessionAddress,
    newest: string,
    newDigest: string,
    operation: Operation,
  ): Promise<RenewResult>;

  /** Removes the session and remembers for 60 s that it was ended. */
  abstract destroy(address: SessionAddress, operation: Operation): Promise<EndResult>;

  /**
   * Removes the session because another takes its place or its user logs out, and hands back the texts of the named fields in
   * the same step, so that no write between copying and removing is lost. Remembers the reason, and those texts, for 60 s:
   * asked again with the same reason it gives the same answer.
   */
  abstract retire(
    address: SessionAddress,
    reason: SessionEndReason,
    fields: readonly string[],
    operation: Operation,
  ): Promise<RetireResult>;

  /** Removes sessions whose right to live is gone already. Those that are not there are no error. */
  abstract remove(home: string, selectors: readonly string[], deadline: number): Promise<void>;

  /** Times of those of a home's sessions that live. One plain read each, all in the same turn. */
  abstract timesOf(
    home: string,
    selectors: readonly string[],
    deadline: number,
  ): Promise<ReadonlyMap<string, SessionTimes>>;

  /** The store's clock as far as it is known here: milliseconds since 1970. */
  abstract now(address: Pick<SessionAddress, 'home' | 'selector'> | undefined): number;

  /** The same, asked of the store where it is not known here. */
  abstract learnNow(address: SessionAddress, deadline: number): Promise<number>;

  /**
   * Ms that an operation with this deadline has left. Time in which the store could not serve does not count.
   * @param deadline `performance.now()` milliseconds
   */
  timeLeft(deadline: number): number {
    return deadline - performance.now();
  }

  /** Times and field sizes of a session, or undefined where there is none. */
  abstract describe(
    home: string,
    selector: string,
    deadline: number,
  ): Promise<SessionDescription | undefined>;
}
