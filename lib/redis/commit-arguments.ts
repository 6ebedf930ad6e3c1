import { hash } from 'node:crypto';
import type { Operation } from '../core/operation.js';
import type { FieldChange, SessionAddress, StoreLimits } from '../core/session-store.js';
import type { Arguments } from './session-commands.js';

/** A base longer than this goes as its sha1: the shorter of the two to send, the cheaper to compare. */
const LONGEST_BASE_AS_TEXT = 40;

/**
 * What the commit script is given; nothing that it needs not, as these bytes are most of what a commit costs the network.
 * @param tellsVersions whether the reply should say which version was replaced, and which was made
 */
export function commitArguments(
  { digest }: SessionAddress,
  changes: readonly FieldChange[],
  { session, fields }: StoreLimits,
  { id }: Operation,
  attempt: number,
  tellsVersions: boolean = false,
): Arguments {
  const most = changes.some(mayAdd) ? `${session} ${fields}` : session;
  const asked = tellsVersions ? `${most}v` : most;
  const rest = changes.flatMap(changeArguments);
  const write = `${id}${String(Math.min(attempt, 999)).padStart(3, '0')}`;
  return (fence) => [digest, `${write}${fence} ${asked}`, ...rest];
}

/** Check and field, base, text. */
function changeArguments(change: FieldChange): [string, string, string] {
  const { field, base, text } = change;
  const becomes = text === null ? '-' : '+';
  if (base === undefined) return [`*${becomes}${field}`, '', text ?? ''];
  if (base === null) return [`-${becomes}${field}`, '', text ?? ''];
  if (base.length <= LONGEST_BASE_AS_TEXT) return [`=${becomes}${field}`, base, text ?? ''];
  return [`#${becomes}${field}`, hash('sha1', base), text ?? ''];
}

/** Whether the session may have a field more by it. */
function mayAdd({ base, text }: FieldChange): boolean {
  return typeof base !== 'string' && text !== null;
}
