import type { SecretHistory } from '../core/secret-history.js';
import type { SessionAddress, SessionRecord, SessionTimes } from '../core/session-store.js';
import { STORE_FIELDS } from './scripts/stored-fields.js';
import { parseReturns } from './session-reply.js';

/**
 * A living session out of its hash. The store's own fields are taken out of the texts.
 * @param now by the clock of the key's node; undefined where it is not known
 */
export function liveRecord(
  { digest }: SessionAddress,
  texts: Map<string, string>,
  times: SessionTimes,
  { newest, previous, madeAt, usedAt }: SecretHistory,
  now: number | undefined,
): SessionRecord {
  const returns = parseReturns(texts.get('@k'));
  for (const name of STORE_FIELDS) texts.delete(name);
  const step = Math.min(times.idle, returns?.away ?? times.idle) / 10;
  const isFirstUse = digest === newest && previous !== undefined && usedAt === 0;
  return {
    times,
    secret: { newest, madeAt, renewable: digest === newest || usedAt === 0 },
    returns,
    fields: texts,
    touchDue: isFirstUse || (now !== undefined && now - times.touchedAt >= step),
  };
}
