import { SessionLoginRefusedError } from '../errors.js';
import { AUTH_FIELD, VERSION_FIELD } from '../own-fields.js';
import { assertFits, checkEdits } from '../session-checks.js';
import type { SessionFields } from '../session-fields.js';
import { tell } from '../session-event.js';
import { newOperation, newWrite, type SessionScope } from '../session-scope.js';
import type { SessionStanding } from '../session-standing.js';
import type { Lifetimes, SessionTimes } from '../session-store.js';
import type { IssuedToken, SessionToken } from '../session-token.js';
import { storeEdits } from '../session-writing.js';
import { admit } from './admission.js';
import { principalOf } from './login-judge.js';
import { newGeneration, type AuthBlock, type Login, type SessionEntry } from './login-state.js';
import type { LoginResult } from './login-options.js';
import type { LoginRequest } from './login-request.js';
import { requireRemember } from './remembered.js';
import { removeRotated } from './struck-off.js';
import type { RecordField } from './user-texts.js';
import { withdraw } from './withdraw.js';

/**
 * Logs a user in. In this order, so that a crash at any step leaves nothing logged in that nobody holds: the new session in the
 * user's home, which no record lists yet; its entry in the user's record, from which on it is a login; the end of the session
 * before, which hands back what others changed in the kept fields meanwhile.
 */
export async function login(
  scope: SessionScope,
  standing: SessionStanding,
  fields: SessionFields,
  request: LoginRequest,
): Promise<LoginResult> {
  if (request.remember) requireRemember(scope.auth, 'session.login()');
  const kept = await pack(scope, standing, fields, request.keep);
  const before = { token: standing.token, login: standing.login };
  const issued = scope.signer.issue('user', scope.auth.homeOf(request.userId));
  const replaces = before.token?.home === issued.home ? before.token.selector : undefined;
  const { times, block } = await create(scope, issued, request, kept);
  const { result, login } = await list(scope, issued, times, block, request, replaces);
  let ended = false;
  try {
    if (before.token) {
      ended = await takeOver(scope, before.token, issued, fields, kept, request.keep);
    }
  } catch (error) {
    withdraw(scope, issued);
    throw error;
  }
  if (before.token && before.login && !replaces) await strikeOff(scope, before.token);
  standing.logIn(issued, times, login);
  // Of a visitor for whom nothing was stored, the kept fields are stored now.
  if (!before.token) for (const [field, text] of kept) fields.saved(field, text, text);
  if (ended && before.login) tellOfEnd(scope, before.token!, before.login);
  tell(scope, 'login', issued, () => ({
    handle: issued.selector,
    userId: request.userId,
    durable: result.durable,
    replaces: before.token?.selector,
    ipClass: request.ipClass,
  }));
  fields.retain(request.keep);
  return { handle: issued.selector, evicted: result.evicted, durable: result.durable };
}

/** The kept fields' texts as this request leaves them: of a session that is stored, saved there first. */
async function pack(
  scope: SessionScope,
  standing: SessionStanding,
  fields: SessionFields,
  keep: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const edits = keep.flatMap((field) => fields.edits(field));
  await checkEdits(scope, fields, edits);
  const { token } = standing;
  if (token && edits.length > 0) await storeEdits(scope, standing, token, fields, edits);
  const texts = new Map<string, string>();
  for (const field of keep) {
    const edit = edits.find((candidate) => candidate.field === field);
    const text = edit && !token ? edit.text : fields.storedText(field);
    if (text !== null) texts.set(field, text);
  }
  return texts;
}

/** A key that nobody holds and no record lists. */
async function create(
  scope: SessionScope,
  issued: IssuedToken,
  request: LoginRequest,
  kept: ReadonlyMap<string, string>,
): Promise<{ times: SessionTimes; block: AuthBlock }> {
  const { store, auth, schema } = scope;
  const operation = newOperation(scope);
  const block: AuthBlock = {
    u: request.userId,
    g: newGeneration(),
    c: request.claims,
    m: request.amr,
    l: request.aal,
    t: Math.round(await store.learnNow(issued, operation.deadline)),
    ...(request.remember ? { r: 1 } : {}),
  };
  const texts = new Map(kept);
  if (schema.version > 0) texts.set(VERSION_FIELD, String(schema.version));
  assertFits(scope, texts);
  texts.set(AUTH_FIELD, auth.texts.sealBlock(issued, block));
  const lifetimes = lifetimesOf(scope, request);
  const times = await store.create(issued, lifetimes, texts, operation, request.userId);
  return { times, block };
}

/** A remembered session outlives the ordinary idle time, and notes when it does. */
function lifetimesOf({ auth }: SessionScope, { remember }: LoginRequest): Lifetimes {
  if (!remember) return auth.lifetimes;
  return { ...requireRemember(auth, 'session.login()'), away: auth.lifetimes.idle };
}

/** Has the user's record list the session. */
async function list(
  scope: SessionScope,
  issued: IssuedToken,
  times: SessionTimes,
  block: AuthBlock,
  request: LoginRequest,
  replaces: string | undefined,
): Promise<{ result: { evicted: readonly string[]; durable: boolean }; login: Login }> {
  const { texts } = scope.auth;
  const entry: SessionEntry = {
    created: times.createdAt,
    end: times.absoluteEnd,
    g: block.g,
    ...(request.device === undefined ? {} : { d: request.device }),
    ...(request.ipClass === undefined ? {} : { i: request.ipClass }),
  };
  const entryText = texts.sealEntry(issued, entry);
  const fields = new Map<RecordField, string>();
  if (request.roles) fields.set('r', texts.sealField(issued.home, 'r', request.roles));
  const { userId } = request;
  try {
    const result = await admit(scope, issued, { entry: entryText, fields, replaces, request });
    if (result.status === 'refused') {
      const { reason } = result;
      tell(scope, 'rejected', issued, () => ({ userId, reason, ipClass: request.ipClass }));
      throw new SessionLoginRefusedError(reason);
    }
    for (const handle of result.evicted) {
      tell(scope, 'evicted', issued, () => ({ handle, userId, durable: result.durable }));
    }
    const principal = principalOf(block, entry, result.roles, result.attributes, false);
    return { result, login: { principal, block, entry, entryText } };
  } catch (error) {
    withdraw(scope, issued);
    throw error;
  }
}

/**
 * Ends the session before, and takes over what others changed in kept fields since they were copied.
 * @returns whether it lived until then
 */
async function takeOver(
  scope: SessionScope,
  before: SessionToken,
  issued: IssuedToken,
  fields: SessionFields,
  kept: ReadonlyMap<string, string>,
  keep: readonly string[],
): Promise<boolean> {
  const retired = await scope.store.retire(before, 'login', keep, newOperation(scope));
  if (retired.status === 'ended') {
    if (before.kind === 'user' && retired.reason === 'rotated') removeRotated(scope, before);
    return false; // expired or ended meanwhile: nothing is left to hand over
  }
  const changes = keep
    .map((field) => ({ field, text: retired.texts.get(field) ?? null, base: undefined }))
    .filter(({ field, text }) => text !== (kept.get(field) ?? null));
  for (const { field, text } of changes) fields.learnStored(field, text);
  if (changes.length === 0) return true;
  await scope.committer.write(issued, changes, newWrite(scope), () => undefined);
  return true;
}

/** The user's session from which this login was made. */
function tellOfEnd(scope: SessionScope, { home, selector }: SessionToken, login: Login): void {
  tell(scope, 'logout', { home, selector }, () => ({
    handle: selector,
    userId: login.principal.id,
    reason: 'login',
  }));
}

/** A session of another user that this login ends: its own record must not list it any longer. */
async function strikeOff(scope: SessionScope, before: SessionToken): Promise<void> {
  const removal = { selectors: [before.selector], reason: 'login' as const };
  // The session itself has been retired, so an entry that stays for want of an answer is dead weight only.
  await scope.store.users.strike(before.home, removal, newOperation(scope)).catch(() => undefined);
}
