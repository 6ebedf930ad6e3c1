import { SessionInvalidError } from './errors.js';
import type { SessionSchema } from './schema/session-schema.js';
import type { SessionFields } from './session-fields.js';
import { newWrite, type SessionScope } from './session-scope.js';
import type { SessionToken } from './session-token.js';
import { callUpdate } from './update-function.js';

/**
 * Changes one field by a function of what is stored, repeated on what others stored meanwhile until it fits.
 * This request's own pending change to the field comes first, merged by the field's policy.
 */
export async function exactly(
  scope: SessionScope,
  token: SessionToken,
  fields: SessionFields,
  field: string,
  fn: (value: unknown) => unknown,
): Promise<unknown> {
  const { committer, schema } = scope;
  const [pending] = fields.edits(field);
  const compute = async (stored: string | null): Promise<string | null> => {
    const from = pending ? committer.merged(pending, stored) : stored;
    const value = valueIn(await judged(schema, fields, field, from), schema, field, from);
    const next = await callUpdate(field, fn, value, scope.deadline);
    const issues = await schema.validate(new Map([[field, next]]), () => ({
      ...Object.fromEntries(fields.names().map((name) => [name, fields.get(name)])),
      [field]: next,
    }));
    if (issues.length > 0) {
      throw new SessionInvalidError(
        `The session's schema refuses what update('${field}') made, so nothing was saved: ${issues.join('; ')}`,
        issues,
      );
    }
    if (next === undefined) return null;
    const text = schema.encode(field, next);
    schema.assertStorable(field, next, text);
    return text;
  };
  const stored = fields.storedText(field);
  const text = await compute(stored);
  let now = text;
  if (text !== stored) {
    const change = { field, text, base: stored };
    const operation = newWrite(scope);
    const done = await committer.write(token, [change], operation, (_, theirs) => compute(theirs));
    now = done.texts.get(field) ?? null;
  }
  const values = await judged(schema, fields, field, now);
  const [later] = fields.edits(field);
  if (later && later.text !== pending?.text) {
    // Changed while the update was under way: the value in hand stays, to be merged with the next save.
    fields.saved(field, pending ? pending.text : later.seen, now);
    return valueIn(values, schema, field, now);
  }
  fields.replace(field, now);
  if (values.has(field)) fields.offer(new Map([[field, values.get(field)]]));
  return fields.get(field);
}

const NONE: ReadonlyMap<string, unknown> = new Map();

/** What a schema that looks at all fields makes of the session with this text in it. */
async function judged(
  schema: SessionSchema,
  fields: SessionFields,
  field: string,
  text: string | null,
): Promise<ReadonlyMap<string, unknown>> {
  if (!schema.whole) return NONE;
  const texts = fields.storedTexts();
  if (text === null) texts.delete(field);
  else texts.set(field, text);
  const opening = await schema.open?.(texts);
  return opening === undefined || opening === 'reset' ? NONE : opening;
}

/** The field's value as a handler has it. */
function valueIn(
  values: ReadonlyMap<string, unknown>,
  schema: SessionSchema,
  field: string,
  text: string | null,
): unknown {
  const revive = (): unknown => (text === null ? undefined : schema.revive(field, text));
  const value = values.has(field) ? values.get(field) : revive();
  return value === undefined ? schema.fallback(field)?.() : value;
}

/** The function with which `update` adds to a number. */
export function adder(field: string, by: number): (value: unknown) => number {
  if (!Number.isFinite(by)) {
    throw new SessionInvalidError(
      `session.increment('${field}', by): by must be a finite number, not ${by}`,
    );
  }
  return (value) => {
    if (value === undefined || value === null) return by;
    if (typeof value === 'number') return value + by;
    const found = Array.isArray(value) ? 'an array' : `a ${typeof value}`;
    throw new SessionInvalidError(
      `session.increment('${field}') needs a number, but the field holds ${found}`,
    );
  };
}
