import type { Admission, Removal } from '../../core/auth/user-record-store.js';
import type { RecordField } from '../../core/auth/user-texts.js';
import type { SessionEndReason } from '../../core/errors.js';
import type { ScriptReply } from '../fenced-sending.js';
import { WITHDRAWN_FOR_MS, type Withdrawal } from './withdrawal.js';

/** What a login took from the user's other sessions. */
export function takenByAdmission(
  { replaces, fields }: Admission,
  [, , evicted, , , times]: ScriptReply,
): Withdrawal[] {
  return [
    ...struck(evicted as string[], 'evicted'),
    ...struck(replaces === undefined ? [] : [replaces], 'login'),
    ...written([...fields], times as number[]),
  ];
}

/** What striking sessions off, or disabling their user, took. */
export function takenByStriking(
  { reason, disabled }: Removal,
  [, , removed, at]: ScriptReply,
): Withdrawal[] {
  const field = disabled === undefined ? [] : written([['d', disabled]], [Number(at)]);
  return [...struck(removed as string[], reason ?? ''), ...field];
}

/** What writing fields of a record changed. */
export function takenByWriting(
  fields: ReadonlyMap<RecordField, string | null>,
  [, , times]: ScriptReply,
): Withdrawal[] {
  return written([...fields], times as number[]);
}

/** What forgetting a user took. */
export function takenByForgetting([, , removed, , at]: ScriptReply): Withdrawal[] {
  const all = (['r', 'x', 'd'] as const).map((field) => [field, null] as const);
  const times = all.map(() => Number(at));
  return [...struck(removed as string[], ''), ...written(all, times)];
}

/**
 * What a user's record tells of changes made lately, whoever made them.
 * @param times field `w` of the record: a letter and ms since 1970 for each that was written
 * @param now by the same clock
 */
export function writtenLately(
  fields: ReadonlyMap<RecordField, string>,
  times: string,
  now: number,
): Withdrawal[] {
  const found: Withdrawal[] = [];
  for (const [, name, time] of times.matchAll(/([rxd])(\d+)/g)) {
    const [field, at] = [name as RecordField, Number(time)];
    if (isLately(at, now))
      found.push({ kind: 'written', field, text: fields.get(field) ?? null, at });
  }
  return found;
}

/** Whether it is remembered where it was done. Both ms since 1970 by the same clock. */
export function isLately(at: number, now: number): boolean {
  return now - at < WITHDRAWN_FOR_MS;
}

function struck(selectors: readonly string[], reason: SessionEndReason | ''): Withdrawal[] {
  return selectors.map((selector) => ({ kind: 'struck', selector, reason }));
}

/** @param times 0 of those that somebody has written since, or that nobody had to write */
function written(
  fields: readonly (readonly [RecordField, string | null])[],
  times: readonly number[],
): Withdrawal[] {
  return fields.flatMap(([field, text], n) => {
    const at = Number(times[n] ?? 0);
    return at > 0 ? [{ kind: 'written' as const, field, text, at }] : [];
  });
}
