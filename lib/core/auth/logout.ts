import { SessionEndedError } from '../errors.js';
import { checkEdits } from '../session-checks.js';
import type { SessionFields } from '../session-fields.js';
import { tell } from '../session-event.js';
import { newOperation, type SessionScope } from '../session-scope.js';
import type { SessionStanding } from '../session-standing.js';
import type { SessionToken } from '../session-token.js';
import { storeEdits, storeNew } from '../session-writing.js';
import type { LogoutResult } from './login-options.js';
import { removeRotated } from './struck-off.js';

/**
 * Logs the session's user out: the record strikes the session off and the session goes, in one turn. Kept fields begin a
 * new anonymous session; what others changed in them until the end is in it.
 * @throws SessionEndedError where a login took the session's place meanwhile: the client holds another token, which must stay
 */
export async function logout(
  scope: SessionScope,
  standing: SessionStanding,
  fields: SessionFields,
  token: SessionToken,
  keep: readonly string[],
): Promise<LogoutResult> {
  const edits = keep.flatMap((field) => fields.edits(field));
  await checkEdits(scope, fields, edits);
  if (edits.length > 0) await storeEdits(scope, standing, token, fields, edits);
  const removal = { selectors: [token.selector], reason: 'logout' as const };
  const userId = standing.login?.principal.id;
  const [{ applied, durable }, retired] = await Promise.all([
    scope.store.users.strike(token.home, removal, newOperation(scope)),
    scope.store.retire(token, 'logout', keep, newOperation(scope)),
  ]);
  if (applied) tell(scope, 'logout', token, () => ({ handle: token.selector, userId, durable }));
  if (retired.status === 'ended' && retired.reason === 'login')
    throw new SessionEndedError('login');
  if (retired.status === 'ended' && retired.reason === 'rotated') removeRotated(scope, token);
  standing.logOut();
  fields.retain(keep);
  const texts = new Map(retired.status === 'applied' ? retired.texts : []);
  for (const field of keep) fields.learnStored(field, texts.get(field) ?? null);
  if (texts.size > 0) await storeNew(scope, standing, texts);
  return { durable };
}
