import { meetReplay } from './auth/theft.js';
import { SessionStoreUnavailableError, type SessionEndReason } from './errors.js';
import { renewalDue } from './renewal.js';
import type { SessionSchema } from './schema/session-schema.js';
import { loadSession, type LoadResult } from './session-loading.js';
import type { SessionScope } from './session-scope.js';
import type { Standing } from './session-standing.js';
import type { SessionRecord } from './session-store.js';
import type { SessionToken } from './session-token.js';

/** What the store says of a token as its request begins. */
export interface FoundSession {
  readonly standing: Standing;
  /** Undefined where there is no living session. */
  readonly record?: SessionRecord | undefined;
  /** Values that the schema made of the whole. */
  readonly values?: ReadonlyMap<string, unknown> | undefined;
}

/**
 * Reads the session of a verified token, once.
 * @param fields the fields needed; undefined: all
 * @param unreadToo whether to give an empty session where the store does not answer
 * @throws SessionStoreUnavailableError
 */
export function findSession(
  scope: SessionScope,
  token: SessionToken,
  fields: readonly string[] | undefined,
  unreadToo: boolean = false,
): Promise<FoundSession> {
  const found = loadSession(scope, token, fields).then((loaded) =>
    loaded.status === 'live' ? living(scope, token, loaded) : gone(scope, token, loaded),
  );
  return unreadToo ? found.catch(unread) : found;
}

function unread(error: unknown): FoundSession {
  if (!(error instanceof SessionStoreUnavailableError)) throw error;
  return { standing: { kind: 'unread', error } };
}

/** Some schemas look at all fields, whatever the handler declares. */
export function neededFields(
  { whole }: SessionSchema,
  fields: readonly string[] | undefined,
): readonly string[] | undefined {
  return whole ? undefined : fields;
}

function living(
  scope: SessionScope,
  token: SessionToken,
  { record, login, values }: Extract<LoadResult, { status: 'live' }>,
): FoundSession {
  // A visitor's token opens no login, and a late answer with a new one could push out that of a login.
  const renewal = login && renewalDue(scope, record, scope.store.now(token));
  return { standing: { kind: 'live', token, times: record.times, login, renewal }, record, values };
}

async function gone(
  scope: SessionScope,
  token: SessionToken,
  found: Exclude<LoadResult, { status: 'live' }>,
): Promise<FoundSession> {
  if (found.status === 'missing') return { standing: { kind: 'new', expired: true } };
  return { standing: { kind: 'ended', reason: await reasonOf(scope, token, found) } };
}

/** Asked only as a request begins: in one that has begun, a secret that has lost its grace is no sign of theft. */
async function reasonOf(
  scope: SessionScope,
  token: SessionToken,
  { reason, replay }: Extract<LoadResult, { status: 'ended' }>,
): Promise<SessionEndReason> {
  return replay ? meetReplay(scope, token, replay) : reason;
}
