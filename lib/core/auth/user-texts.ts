import type { SessionEndReason } from '../errors.js';

/** Fields of a user record beside its entries: `r` roles, `x` attributes, `d` disabled. Sealed texts. */
export type RecordField = 'r' | 'x' | 'd';

/** What a user's record said of one of the user's sessions: texts as stored, not yet believed. */
export interface UserTexts {
  /** Those of the record's fields that are there. */
  readonly fields: ReadonlyMap<RecordField, string>;
  /** The session's entry, or the word of why it has none any more; undefined where the record has neither. */
  readonly entry: string | undefined;
}

/** A whole record. */
export interface UserRecordTexts {
  readonly fields: ReadonlyMap<RecordField, string>;
  /** Text by selector, of sessions that are listed and of those whose end is still remembered. */
  readonly entries: ReadonlyMap<string, string>;
}

/** Why a session may no longer be used, as far as that is plain without looking at seals; undefined where it is listed. */
export function endInRecord(user: UserTexts): SessionEndReason | undefined {
  if (user.fields.has('d')) return 'disabled';
  return user.entry === undefined ? 'revoked' : endOf(user.entry);
}

/** Why a session is gone whose key is no more, as far as the record still knows. */
export function endRemembered(user: UserTexts | undefined): SessionEndReason | undefined {
  return user?.entry === undefined ? undefined : endInRecord(user);
}

/** What a write to a session found, and what the user's record said behind it. */
interface Written {
  readonly status: string;
  readonly reason?: SessionEndReason;
  readonly user?: UserTexts | undefined;
}

/**
 * Why the session that was written to is over, although the write may have been applied; undefined where it is not. A key that is
 * gone does not say why, and the record may.
 */
export function endBehind({ status, reason, user }: Written): SessionEndReason | undefined {
  if (status === 'applied') return user && endInRecord(user);
  return (reason === 'expired' && endRemembered(user)) || reason;
}

/** What a word in an entry's place says: `!reason end`; undefined for an entry. */
export function endOf(entry: string): SessionEndReason | undefined {
  return /^!([a-z]+) /.exec(entry)?.[1] as SessionEndReason | undefined;
}
