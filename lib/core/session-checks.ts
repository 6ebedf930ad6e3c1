import { SessionInvalidError, SessionTooLargeError } from './errors.js';
import type { FieldEdit, SessionFields } from './session-fields.js';
import type { SessionScope } from './session-scope.js';

/**
 * Refuses edits that can't be stored, before anything is; undefined where there is nothing to wait for.
 * @throws SessionInvalidError, SessionTooLargeError
 */
export function checkEdits(
  scope: SessionScope,
  fields: SessionFields,
  edits: readonly FieldEdit[],
): Promise<void> | undefined {
  const changed = new Map<string, unknown>();
  for (const { field, text } of edits) {
    const value = fields.get(field);
    if (text !== null) scope.schema.assertStorable(field, value, text);
    if (!field.startsWith('@')) changed.set(field, value);
  }
  return refuseInvalid(scope, fields, changed);
}

/**
 * Refuses what a merge made of edits, where the schema does; undefined where there is nothing to wait for.
 * @param texts by field; null: removed
 * @throws SessionInvalidError
 */
export function checkMerged(
  scope: SessionScope,
  fields: SessionFields,
  texts: ReadonlyMap<string, string | null>,
): Promise<void> | undefined {
  const changed = new Map<string, unknown>();
  for (const [field, text] of texts) {
    if (field.startsWith('@')) continue;
    // Not revived: a merged value that does not fit must be refused here, not dropped.
    changed.set(field, text === null ? undefined : scope.schema.decode(field, text));
  }
  return refuseInvalid(scope, fields, changed);
}

/**
 * Refuses a new session that is too large; of a stored one the store itself knows the size.
 * @throws SessionTooLargeError
 */
export function assertFits(scope: SessionScope, texts: ReadonlyMap<string, string>): void {
  const { maxBytes, maxFields } = scope;
  let bytes = 0;
  for (const [field, text] of texts) bytes += Buffer.byteLength(field) + Buffer.byteLength(text);
  if (bytes > maxBytes) throw new SessionTooLargeError('session', maxBytes, 'The session');
  if (texts.size > maxFields) throw new SessionTooLargeError('fields', maxFields, 'The session');
}

function refuseInvalid(
  scope: SessionScope,
  fields: SessionFields,
  changed: ReadonlyMap<string, unknown>,
): Promise<void> | undefined {
  if (changed.size === 0) return undefined;
  const whole = (): Record<string, unknown> => ({
    ...Object.fromEntries(fields.names().map((name) => [name, fields.get(name)])),
    ...Object.fromEntries(changed),
  });
  const issues = scope.schema.validate(changed, whole);
  return 'then' in issues ? issues.then(refuse) : refuse(issues);
}

/** @returns nothing to wait for */
function refuse(issues: readonly string[]): undefined {
  if (issues.length === 0) return undefined;
  throw new SessionInvalidError(
    `The session's schema refuses what the handler stored, so nothing was saved: ${issues.join('; ')}`,
    issues,
  );
}
