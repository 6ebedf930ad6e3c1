import { hash } from 'node:crypto';
import type { FieldChange } from '../core/session-store.js';

/** A base longer than this goes as its sha1: the shorter of the two to send, the cheaper to compare. */
const LONGEST_BASE_AS_TEXT = 40;

/** A change as the commit script takes it: field, check, base, text. */
export function changeArguments(change: FieldChange): [string, string, string, string] {
  const { field, base, text } = change;
  const becomes = text === null ? '-' : '+';
  if (base === undefined) return [field, `*${becomes}`, '', text ?? ''];
  if (base === null) return [field, `-${becomes}`, '', text ?? ''];
  if (base.length <= LONGEST_BASE_AS_TEXT) return [field, `=${becomes}`, base, text ?? ''];
  return [field, `#${becomes}`, hash('sha1', base), text ?? ''];
}
