import { SessionInvalidError } from '../errors.js';
import { newOperation, type SessionScope } from '../session-scope.js';
import type { IssuedToken } from '../session-token.js';
import type { LoginRequest } from './login-request.js';
import type { AtSessionLimit } from './session-limit.js';
import type { Admission, AdmitResult, Eviction } from './user-record-store.js';
import type { RecordField } from './user-texts.js';

/** What is to be admitted. */
interface Applicant {
  readonly entry: string;
  readonly fields: ReadonlyMap<RecordField, string>;
  readonly replaces: string | undefined;
  readonly request: LoginRequest;
}

/** Admitted, with what the user's record then says, or refused. */
type Admitted =
  | {
      readonly status: 'admitted';
      readonly evicted: readonly string[];
      readonly durable: boolean;
      readonly roles: readonly string[];
      readonly attributes: object;
    }
  | Extract<AdmitResult, { readonly status: 'refused' }>;

/**
 * Has a user's record list a new session. Where it would be one too many, the listed ones are looked at first: those that have
 * ended make room, and only then is one evicted or the login refused. The dead stay dead, so the record may trust the list.
 */
export async function admit(
  scope: SessionScope,
  issued: IssuedToken,
  { entry, fields, replaces, request }: Applicant,
): Promise<Admitted> {
  const { store, auth } = scope;
  const { home, selector } = issued;
  const operation = newOperation(scope);
  const most = await mostSessions(scope, home, request);
  const admission: Admission = { selector, entry, fields, replaces, most, atLimit: undefined };
  let result = await store.users.admit(home, admission, operation);
  if (result.status === 'full') {
    const times = await store.timesOf(home, result.listed, operation.deadline);
    const dead = result.listed.filter((listed) => !times.has(listed));
    const idlest = [...times].sort(([, a], [, b]) => a.touchedAt - b.touchedAt);
    const evict = evictionOf(
      auth.limit.atLimit,
      idlest.map(([name]) => name),
    );
    result = await store.users.admit(home, { ...admission, atLimit: { dead, evict } }, operation);
  }
  if (result.status !== 'admitted') return result as Admitted;
  if (result.evicted.length > 0) {
    // Dead already, as no record lists them; this only frees their memory.
    store.remove(home, result.evicted, operation.deadline).catch(() => undefined);
  }
  const { evicted, durable } = result;
  const of = (field: RecordField): string | undefined => result.fields.get(field);
  const roles = auth.texts.openField<readonly string[]>(home, 'r', of('r'), []) ?? [];
  const attributes = auth.texts.openField<object>(home, 'x', of('x'), {}) ?? {};
  return { status: 'admitted', evicted, durable, roles, attributes };
}

function evictionOf(atLimit: AtSessionLimit, idlest: readonly string[]): Eviction {
  switch (atLimit) {
    case 'evict-oldest':
      return 'oldest';
    case 'evict-idle':
      return { first: idlest };
    case 'reject':
      return 'nobody';
  }
}

/** @throws SessionInvalidError where the app's function gives no count */
async function mostSessions(
  scope: SessionScope,
  home: string,
  { userId, roles }: LoginRequest,
): Promise<number> {
  const { most } = scope.auth.limit;
  if (typeof most !== 'function') return most;
  const count: unknown = await most(userId, roles ?? (await knownRoles(scope, home)));
  if (typeof count === 'number' && count >= 0 && !Number.isNaN(count)) return count;
  throw new SessionInvalidError(
    'The function given as maxSessionsPerUser returned no count, so nobody was logged in. It must return a number from 0 on; Infinity allows any number.',
  );
}

/** Those a login keeps that brings none. */
async function knownRoles(
  { store, auth, deadline }: SessionScope,
  home: string,
): Promise<readonly string[]> {
  const { fields } = await store.users.read(home, performance.now() + deadline);
  return auth.texts.openField<readonly string[]>(home, 'r', fields.get('r'), []) ?? [];
}
