import type { SessionEndReason } from '../errors.js';
import { newOperation, type SessionScope } from '../session-scope.js';
import type { SecretReplay } from '../session-store.js';
import type { SessionToken } from '../session-token.js';
import { isKept } from './remembered.js';

/**
 * A replaced secret has come back too late to be a straggler's: it, or the one in its place, is in other hands, and nobody can tell
 * which. It is refused. A remembered session is ended besides: it would be a thief's for weeks (RFC 9700, section 4.14.2).
 * @returns what its bearer is told
 */
export async function meetReplay(
  scope: SessionScope,
  token: SessionToken,
  replay: SecretReplay,
): Promise<SessionEndReason> {
  const { auth } = scope;
  const block = replay.auth === undefined ? undefined : auth.texts.openBlock(token, replay.auth);
  const revoked = isKept(block) && (await revoke(scope, token));
  auth.reportTheft(token.selector, revoked, block?.u);
  return revoked ? 'theft' : 'rotated';
}

/** @returns false where the store does not answer: the next use of the replaced secret tries again */
async function revoke(scope: SessionScope, token: SessionToken): Promise<boolean> {
  const { store } = scope;
  const removal = { selectors: [token.selector], reason: 'theft' as const };
  try {
    await store.users.strike(token.home, removal, newOperation(scope));
  } catch {
    return false;
  }
  // Dead already, as no record lists it; this only frees its memory.
  store.remove(token.home, [token.selector], newOperation(scope).deadline).catch(() => undefined);
  return true;
}
