import { endBehind } from './auth/user-texts.js';
import { judge, type Forged, type Judged } from './auth/login-judge.js';
import type { Login } from './auth/login-state.js';
import { SessionInvalidError, SessionTooLargeError } from './errors.js';
import { VERSION_FIELD } from './own-fields.js';
import { isFieldName } from './reserved-names.js';
import type { Opening, SessionSchema } from './schema/session-schema.js';
import { newOperation, type SessionScope } from './session-scope.js';
import type { FieldChange, SessionRecord } from './session-store.js';
import type { SessionToken } from './session-token.js';

type Texts = ReadonlyMap<string, string>;

/** Makes the texts that are to be stored. */
type Change = (texts: Texts) => Promise<Texts> | Texts;

/** A session as today's schema sees it, or why there is none. */
export type LoadResult =
  | {
      readonly status: 'live';
      readonly record: SessionRecord;
      /** Undefined for an anonymous session. */
      readonly login: Login | undefined;
      /** Values that the schema made of the whole; undefined: fields are revived when touched. */
      readonly values?: ReadonlyMap<string, unknown> | undefined;
    }
  | Exclude<Judged, { readonly status: 'live' }>;

/**
 * Reads a session, and of a user's session in the same turn whether the user's record lists it.
 * @param fields the fields needed; undefined: all
 */
export function readSession(
  scope: SessionScope,
  token: SessionToken,
  fields: readonly string[] | undefined,
  deadline: number,
): Promise<Judged> {
  const read = (): Promise<Judged | Forged> => readOnce(scope, token, fields, deadline);
  return read().then((found) =>
    // An elevation between the read of the session and that of the record looks like a session rolled back, but for once only.
    found.status === 'forged' && found.part === 'generation'
      ? read().then((again) => believed(scope, token, again))
      : believed(scope, token, found),
  );
}

function readOnce(
  { store, auth }: SessionScope,
  token: SessionToken,
  fields: readonly string[] | undefined,
  deadline: number,
): Promise<Judged | Forged> {
  return store.read(token, fields, deadline).then((found) => {
    // A visitor has no login that could be over.
    const now = token.kind === 'user' ? store.now(token) : 0;
    return judge(auth, token, found, now, store.users.everyoneRevokedAt);
  });
}

function believed(
  { auth }: SessionScope,
  { selector }: SessionToken,
  found: Judged | Forged,
): Judged {
  if (found.status !== 'forged') return found;
  auth.reportForged(selector, found.part);
  return { status: 'ended', reason: 'forged' };
}

/**
 * Reads a session and lets the schema judge it. Data of an older version is migrated, and data to be reset removed, by a
 * write of its own before any handler runs: a handler's changes can then be merged with those of parallel requests, which
 * changes from one shape to another can't.
 * @param fields the fields needed; undefined: all
 */
export function loadSession(
  scope: SessionScope,
  token: SessionToken,
  fields: readonly string[] | undefined,
): Promise<LoadResult> {
  const { schema } = scope;
  const names = fields ?? schema.fieldNames;
  const deadline = performance.now() + scope.deadline;
  const rewritten = (change: Change): Promise<LoadResult> =>
    rewrite(scope, token, deadline, change).then((found) => opened(only(names, found)));
  const opened = (found: Judged): LoadResult | Promise<LoadResult> => {
    if (found.status !== 'live') return found;
    const opening = schema.open?.(found.record.fields);
    return opening === undefined ? found : judged(found, opening, () => rewritten(withoutData));
  };
  return readSession(scope, token, names, deadline).then((found) =>
    found.status === 'live' && isOutdated(schema, found.record.fields)
      ? rewritten((texts) => migrated(schema, texts))
      : opened(found),
  );
}

/** @param reset removes all data */
async function judged(
  found: Extract<Judged, { status: 'live' }>,
  opening: Opening | Promise<Opening>,
  reset: () => Promise<LoadResult>,
): Promise<LoadResult> {
  const values = await opening;
  return values === 'reset' ? reset() : { ...found, values };
}

/**
 * Replaces all data of a session in one step, if it is still the data it was made from. Of parallel requests one writes,
 * and the others read what it wrote.
 */
async function rewrite(
  scope: SessionScope,
  token: SessionToken,
  deadline: number,
  change: Change,
): Promise<Judged> {
  const { store, maxBytes, maxFields } = scope;
  const operation = { ...newOperation(scope), deadline };
  const limits = { session: maxBytes, fields: maxFields };
  for (let attempt = 1; ; attempt++) {
    const found = await readSession(scope, token, undefined, deadline);
    if (found.status !== 'live') return found;
    const { login } = found;
    const { times, fields: before } = found.record;
    const after = await change(before);
    const changes = changesBetween(before, after);
    if (changes.every(({ text, base }) => text === base)) return found;
    const result = await store.commit(token, changes, limits, operation, attempt);
    switch (result.status) {
      case 'applied': {
        const reason = endBehind(result);
        if (reason) return { status: 'ended', reason };
        const { touchedAt } = result;
        const stored = { times: { ...times, touchedAt }, fields: after, touchDue: false };
        const record = { ...found.record, ...stored };
        return { status: 'live', record, login };
      }
      case 'ended':
        return result;
      case 'too-large':
        throw new SessionTooLargeError(result.limit, limits[result.limit], 'The migrated session');
      case 'conflict':
    }
  }
}

/** All data is compared, also what stays as it is: something else may have been made of it. */
function changesBetween(before: Texts, after: Texts): FieldChange[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .filter((field) => !field.startsWith('@') || before.get(field) !== after.get(field))
    .map((field) => ({
      field,
      text: after.get(field) ?? null,
      base: before.get(field) ?? null,
    }));
}

function isOutdated(schema: SessionSchema, texts: Texts): boolean {
  return schema.migrate !== undefined && versionOf(texts) < schema.version;
}

function versionOf(texts: Texts): number {
  const version = Number(texts.get(VERSION_FIELD));
  return Number.isSafeInteger(version) ? version : 0;
}

/** What is stored once the app's migration has run; unchanged where another request was first. */
async function migrated(schema: SessionSchema, texts: Texts): Promise<Texts> {
  if (!isOutdated(schema, texts)) return texts;
  const data: Record<string, unknown> = {};
  for (const [field, text] of texts) {
    // Decoded for what it refuses: data that reaches a prototype follows onInvalidData here as well.
    if (!isFieldName(field) || schema.decode(field, text) === undefined) continue;
    data[field] = schema.parse(field, text);
  }
  const today = await schema.migrate!(data, versionOf(texts));
  const after = new Map(withoutData(texts));
  for (const [field, value] of Object.entries(today)) {
    if (value !== undefined) after.set(field, textOf(schema, field, value, texts.get(field)));
  }
  return after.set(VERSION_FIELD, String(schema.version));
}

/** The text of a migrated value; the stored one where it stands for the same value, however it is spelled. */
function textOf(
  schema: SessionSchema,
  field: string,
  value: unknown,
  stored: string | undefined,
): string {
  if (!isFieldName(field)) {
    const line = `${field.slice(0, 80)}: this name can't be a session field`;
    throw new SessionInvalidError(`schema.migrate gave what can't be stored: ${line}`, [line]);
  }
  const text = schema.encode(field, value);
  schema.assertStorable(field, value, text);
  return stored !== undefined && standsFor(schema, field, stored, text) ? stored : text;
}

function standsFor(schema: SessionSchema, field: string, stored: string, text: string): boolean {
  try {
    return schema.encode(field, schema.parse(field, stored)) === text;
  } catch {
    return false;
  }
}

/** The library's own fields alone. */
function withoutData(texts: Texts): Texts {
  return new Map([...texts].filter(([field]) => field.startsWith('@')));
}

/** What a handler that asked for these fields is given of a session that was read as a whole. */
function only(names: readonly string[] | undefined, found: Judged): Judged {
  if (names === undefined || found.status !== 'live') return found;
  const fields = [...found.record.fields].filter(
    ([field]) => field.startsWith('@') || names.includes(field),
  );
  return { ...found, record: { ...found.record, fields: new Map(fields) } };
}
