import type { SessionEndReason } from '../errors.js';
import type { Operation } from '../operation.js';
import type { RecordField, UserRecordTexts } from './user-texts.js';

/** A session that asks to be listed in its user's record. */
export interface Admission {
  readonly selector: string;
  /** Text of its entry: "created end " (ms since 1970) and what the caller sealed. */
  readonly entry: string;
  /** Sealed texts that replace those of the record, whichever session they came by. */
  readonly fields: ReadonlyMap<RecordField, string>;
  /** A session of the same user whose place it takes. */
  readonly replaces: string | undefined;
  /** How many the record may list with it; Infinity: any number. */
  readonly most: number;
  /**
   * What to do where it would be one too many. Undefined: find out only. Otherwise the selectors known to be dead, and
   * the order in which others are evicted: by their creation, or as listed, or not at all.
   */
  readonly atLimit: { readonly dead: readonly string[]; readonly evict: Eviction } | undefined;
}

/** Who goes first: the oldest, those of a list (others after them, oldest first), or nobody: the login is refused. */
export type Eviction = 'oldest' | 'nobody' | { readonly first: readonly string[] };

/** What admitting can find. */
export type AdmitResult =
  | {
      readonly status: 'admitted';
      /** Selectors of sessions that had to go. */
      readonly evicted: readonly string[];
      /** What the record says of the user now. */
      readonly fields: ReadonlyMap<RecordField, string>;
      readonly durable: boolean;
    }
  /** One too many; nothing was changed. `listed` are the selectors of those there are. */
  | { readonly status: 'full'; readonly listed: readonly string[] }
  | { readonly status: 'refused'; readonly reason: 'limit' | 'disabled' };

/** Which sessions a record no longer lists, and why. */
export interface Removal {
  /** Selectors; undefined: all. */
  readonly selectors?: readonly string[] | undefined;
  /** One that stays. */
  readonly except?: string | undefined;
  /** What their clients are told for an hour; undefined: nothing is remembered of them. */
  readonly reason?: SessionEndReason | undefined;
  /** Sealed text that marks the user as disabled in the same step; the record then stays until it is enabled. */
  readonly disabled?: string | undefined;
}

/** What a change of a record did. */
export interface RecordResult {
  /** Whether there was something to change. */
  readonly applied: boolean;
  /** Whether a replica has it, so that a failover can't undo it. */
  readonly durable: boolean;
}

/** Which sessions are gone. */
export interface RemovalResult extends RecordResult {
  /** Selectors of those that had been listed. */
  readonly removed: readonly string[];
}

/** What a record had known when it was removed. */
export interface ForgetResult extends RemovalResult {
  /** Selectors of sessions that had ended before: of their keys something may be there yet. */
  readonly ended: readonly string[];
}

/**
 * The records of users: one for each home, the authority on which of its sessions are logged in. Every method is one atomic
 * step on one record, and rejects with SessionStoreUnavailableError when the store can't answer in time. Changes are applied at
 * most once for an operation, never after its deadline, and wait until a replica holds them or it is clear that none will.
 *
 * A record lives as long as the longest session it lists, or until `enable` where the user is disabled.
 */
export abstract class UserRecordStore {
  /** Everything the record holds; empty where there is none. */
  abstract read(home: string, deadline: number): Promise<UserRecordTexts>;

  /** Lists a session, within the limit. From here on it is a login. */
  abstract admit(home: string, admission: Admission, operation: Operation): Promise<AdmitResult>;

  /** Replaces a session's entry, if it is still that text. */
  abstract replaceEntry(
    home: string,
    selector: string,
    from: string,
    to: string,
    operation: Operation,
  ): Promise<RecordResult>;

  /** Strikes sessions off. They are dead from the next look at the record on, on every server. */
  abstract strike(home: string, removal: Removal, operation: Operation): Promise<RemovalResult>;

  /** Sets fields (null: removes) of a record that exists. */
  abstract write(
    home: string,
    fields: ReadonlyMap<RecordField, string | null>,
    operation: Operation,
  ): Promise<RecordResult>;

  /** Removes the record and with it every login of the user. */
  abstract forget(home: string, operation: Operation): Promise<ForgetResult>;

  /** Ends every login that was made until now. Other processes know of it within about a second. */
  abstract revokeEveryone(operation: Operation): Promise<RecordResult>;

  /**
   * Hears that another process has ended a session of this home, so that this one too can do it again where a failover has lost it. A hint:
   * it waits for nothing.
   */
  noteEnd(_home: string, _selector: string, _reason: SessionEndReason): void {}

  /** Logins made until then (ms since 1970 by the store's clock) are over; 0 where that was never asked for. */
  abstract get everyoneRevokedAt(): number;
}
