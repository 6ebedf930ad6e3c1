import { VERSION_FIELD } from './own-fields.js';
import { tell } from './session-event.js';
import { assertFits, checkMerged } from './session-checks.js';
import type { FieldEdit, SessionFields } from './session-fields.js';
import { newOperation, type SessionScope } from './session-scope.js';
import type { SessionStanding } from './session-standing.js';
import type { SessionToken } from './session-token.js';

/** Stores a session for the first time: a new key and a token for it. */
export async function storeNew(
  scope: SessionScope,
  standing: SessionStanding,
  texts: Map<string, string>,
): Promise<void> {
  const { store, signer, schema, anonymous } = scope;
  if (schema.version > 0) texts.set(VERSION_FIELD, String(schema.version));
  assertFits(scope, texts);
  const issued = signer.issue('anonymous');
  standing.begin(issued, await store.create(issued, anonymous, texts, newOperation(scope)));
  tell(scope, 'created', issued, () => ({
    handle: issued.selector,
    ipClass: standing.origin?.().ipClass,
  }));
}

/** Stores the changes of a session that lives. */
export async function storeEdits(
  scope: SessionScope,
  standing: SessionStanding,
  token: SessionToken,
  fields: SessionFields,
  edits: readonly FieldEdit[],
): Promise<void> {
  const done = await scope.committer.commit(token, edits, newOperation(scope), (texts) =>
    checkMerged(scope, fields, texts),
  );
  if (done.touchedAt !== undefined) standing.learn({ touchedAt: done.touchedAt });
  for (const { field, text } of edits) fields.saved(field, text, done.texts.get(field) ?? null);
}
