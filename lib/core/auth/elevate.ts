import { SessionEndedError, type SessionEndReason } from '../errors.js';
import { tell } from '../session-event.js';
import { AUTH_FIELD } from '../own-fields.js';
import { readSession } from '../session-loading.js';
import { newOperation, type SessionScope } from '../session-scope.js';
import type { SessionStanding } from '../session-standing.js';
import type { SessionToken } from '../session-token.js';
import { requireAmr, requireLevel } from './login-input.js';
import { principalOf } from './login-judge.js';
import { newGeneration, type AuthBlock, type Login } from './login-state.js';
import type { ElevateOptions, ElevateResult } from './login-options.js';

/**
 * Raises what the session may do after its user has shown once more who they are. The session first, with a new secret: the old
 * one never has the higher level. The record then takes over the new generation; until it has, it knows the one before.
 */
export async function elevate(
  scope: SessionScope,
  standing: SessionStanding,
  token: SessionToken,
  login: Login,
  options: ElevateOptions,
): Promise<ElevateResult> {
  const { store, auth } = scope;
  const call = 'session.elevate()';
  const amr = [...new Set([...login.block.m, ...requireAmr(options.amr, call)])];
  const operation = newOperation(scope);
  const block: AuthBlock = {
    ...login.block,
    g: newGeneration(),
    p: login.entry.g,
    m: amr,
    l: requireLevel(options.aal, amr, call),
    t: Math.round(await store.learnNow(token, operation.deadline)),
  };
  const issued = scope.signer.reissue(token);
  const rotated = await store.rotate(token, issued.digest, operation, {
    fields: new Map([[AUTH_FIELD, auth.texts.sealBlock(token, block)]]),
    durable: true,
    present: true,
  });
  if (rotated.status === 'ended') throw await endedError(scope, token, rotated.reason);
  const entry = { ...login.entry, g: block.g };
  const entryText = auth.texts.sealEntry(token, entry);
  const listed = await store.users.replaceEntry(
    token.home,
    token.selector,
    login.entryText,
    entryText,
    newOperation(scope),
  );
  if (!listed.applied) throw await endedError(scope, issued, 'revoked');
  const { roles, attributes } = login.principal;
  const principal = principalOf(block, entry, roles, attributes, false);
  standing.elevate(issued, { principal, block, entry, entryText });
  const done = { handle: token.selector, durable: rotated.durable && listed.durable };
  tell(scope, 'elevated', token, () => ({ ...done, userId: principal.id }));
  return done;
}

/** What the record says of the end; `otherwise` where it says nothing. */
async function endedError(
  scope: SessionScope,
  token: SessionToken,
  otherwise: SessionEndReason,
): Promise<SessionEndedError> {
  const found = await readSession(scope, token, [], performance.now() + scope.deadline);
  return new SessionEndedError(found.status === 'ended' ? found.reason : otherwise);
}
