import { endOf, type UserTexts } from '../../core/auth/user-texts.js';
import { AUTH_FIELD } from '../../core/own-fields.js';
import type { SecretHistory } from '../../core/secret-history.js';
import type { SessionAddress } from '../../core/session-store.js';
import { isLately, writtenLately } from './record-withdrawals.js';
import type { Withdrawal } from './withdrawal.js';

/** What a record says. */
export interface RecordTexts {
  readonly user: UserTexts;
  /** When its fields were written, as it keeps that; '' where none was changed. */
  readonly written: string;
}

/** What a user's record tells of changes that this process did not make. @param now by the clock of the record's node */
export function changesIn(
  { selector }: SessionAddress,
  { user, written }: RecordTexts,
  now: number | undefined,
): Withdrawal[] {
  const changes = now === undefined ? [] : writtenLately(user.fields, written, now);
  const reason = user.entry === undefined ? '' : endOf(user.entry);
  // Without entry and word: forgotten, if that was lately. A client has its token only once its session is listed.
  const isGone = reason !== undefined && (reason !== '' || changes.length > 0);
  return isGone ? [{ kind: 'struck', selector, reason }, ...changes] : changes;
}

/** A secret that was made lately: older ones are good no more. */
export function newSecretIn(
  { selector }: SessionAddress,
  texts: ReadonlyMap<string, string>,
  { newest, madeAt }: SecretHistory,
  now: number | undefined,
): Withdrawal[] {
  const history = texts.get('@p');
  if (history === undefined || now === undefined || !isLately(madeAt, now)) return [];
  const auth = texts.get(AUTH_FIELD);
  return [{ kind: 'secret', selector, digest: newest, at: madeAt, history, auth }];
}
