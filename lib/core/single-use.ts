import { parseDuration, type Duration } from './duration.js';
import { SessionInvalidError } from './errors.js';
import { onceField } from './own-fields.js';
import type { SessionFields } from './session-fields.js';
import { readSession } from './session-loading.js';
import { newWrite, type SessionScope } from './session-scope.js';
import type { SessionToken } from './session-token.js';

interface Once {
  readonly v: unknown;
  /** Milliseconds since 1970 by the store's clock. */
  readonly e: number;
}

/**
 * Keeps a value that can be taken once, from the next save on.
 * @param ttl how long it may be taken, ms or '10m'; default 10 minutes
 * @param now milliseconds since 1970 by the store's clock
 */
export function putOnce(
  fields: SessionFields,
  name: string,
  value: unknown,
  ttl: Duration | undefined,
  now: number,
): void {
  if (value === undefined)
    throw new SessionInvalidError(`session.putOnce('${name}') needs a value`);
  const once: Once = { v: value, e: Math.round(now + parseDuration(ttl ?? '10m')) };
  fields.set(onceField(name), once);
}

/**
 * Reads the value, then removes it only if it is still there: a lost reply can't lose the value, and of
 * parallel requests one wins (OWASP ASVS 10.1.2, 10.2.1).
 */
export async function takeOnce(
  scope: SessionScope,
  token: SessionToken,
  fields: SessionFields,
  name: string,
): Promise<unknown> {
  const operation = newWrite(scope);
  const read = await readSession(scope, token, [name], operation.deadline);
  const text = read.status === 'live' ? read.record.fields.get(name) : undefined;
  if (text === undefined) return undefined;
  const change = { field: name, text: null, base: text };
  const done = await scope.committer.write(token, [change], operation, () => undefined);
  fields.replace(name, null);
  const once = scope.schema.revive(name, text) as Once | undefined;
  const taken = done.touchedAt !== undefined && done.texts.get(name) === null;
  return taken && once && scope.store.now(token) < once.e ? once.v : undefined;
}
