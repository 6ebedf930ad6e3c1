import { endInEntry } from './auth/login-judge.js';
import { SessionEndedError, type SessionEndReason } from './errors.js';
import type { FieldEdit, SessionFields } from './session-fields.js';
import { readSession } from './session-loading.js';
import type { SessionScope } from './session-scope.js';
import type { SessionStanding } from './session-standing.js';
import type { SessionToken } from './session-token.js';
import { storeEdits } from './session-writing.js';

/**
 * Stores changes of a session that was not read: the commit's answer is the first that is heard of it.
 * @returns whether a replica holds them; undefined where there is no such session any more, and a new one may begin
 * @throws SessionEndedError where none may
 */
export async function storeUnasked(
  scope: SessionScope,
  standing: SessionStanding,
  token: SessionToken,
  fields: SessionFields,
  edits: readonly FieldEdit[],
  durable: boolean | undefined,
): Promise<boolean | undefined> {
  try {
    return await storeEdits(scope, standing, token, fields, edits, durable, ({ user }) =>
      endInEntry(scope, token, user),
    );
  } catch (error) {
    if (!(error instanceof SessionEndedError)) throw error;
    await meetEnd(scope, standing, token, error.reason);
    return undefined;
  }
}

/** A read learns more of an end than a commit does: what a failover must not undo, and of a key that holds no session. */
async function meetEnd(
  scope: SessionScope,
  standing: SessionStanding,
  token: SessionToken,
  told: SessionEndReason,
): Promise<void> {
  const read = readSession(scope, token, [], performance.now() + scope.deadline).catch(
    () => undefined,
  );
  if (told === 'expired') {
    standing.answered({ kind: 'new', expired: true });
    return;
  }
  const found = await read;
  const reason = found?.status === 'ended' ? found.reason : told;
  standing.answered({ kind: 'ended', reason });
  throw new SessionEndedError(reason);
}
