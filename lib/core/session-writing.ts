import { SessionEndedError, type SessionEndReason } from './errors.js';
import { VERSION_FIELD } from './own-fields.js';
import { tell } from './session-event.js';
import { assertFits, checkMerged } from './session-checks.js';
import type { FieldEdit, SessionFields } from './session-fields.js';
import { newWrite, type SessionScope } from './session-scope.js';
import type { SessionStanding } from './session-standing.js';
import type { Committed } from './session-committer.js';
import type { SessionToken } from './session-token.js';

/**
 * Stores a session for the first time: a new key and a token for it.
 * @param durable whether to wait until a replica holds it; default by the option `durability`
 * @returns whether one does
 */
export async function storeNew(
  scope: SessionScope,
  standing: SessionStanding,
  texts: Map<string, string>,
  durable?: boolean,
): Promise<boolean> {
  const { store, signer, schema, anonymous } = scope;
  if (schema.version > 0) texts.set(VERSION_FIELD, String(schema.version));
  assertFits(scope, texts);
  const issued = signer.issue('anonymous');
  const created = await store.create(issued, anonymous, texts, newWrite(scope, durable));
  standing.begin(issued, created);
  tell(scope, 'created', issued, () => ({
    handle: issued.selector,
    ipClass: standing.origin?.().ipClass,
  }));
  return created.durable === true;
}

/**
 * Stores the changes of a session that lives.
 * @param durable whether to wait until a replica holds them; default by the option `durability`
 * @param judge says why the session is over although they were written
 * @returns whether one does
 */
export function storeEdits(
  scope: SessionScope,
  standing: SessionStanding,
  token: SessionToken,
  fields: SessionFields,
  edits: readonly FieldEdit[],
  durable?: boolean,
  judge?: (done: Committed) => SessionEndReason | undefined,
): Promise<boolean> {
  const check = (texts: ReadonlyMap<string, string | null>): Promise<void> | undefined =>
    checkMerged(scope, fields, texts);
  return scope.committer.commit(token, edits, newWrite(scope, durable), check).then((done) => {
    const ended = judge?.(done);
    if (ended) throw new SessionEndedError(ended);
    if (done.touchedAt !== undefined) standing.learn({ touchedAt: done.touchedAt });
    for (const { field, text } of edits) fields.saved(field, text, done.texts.get(field) ?? null);
    return done.durable;
  });
}
