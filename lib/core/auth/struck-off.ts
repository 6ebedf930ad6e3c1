import type { SessionScope } from '../session-scope.js';
import type { SessionToken } from '../session-token.js';

/**
 * Frees the memory of a session that its user's record has just struck off, where another request gave it a new secret meanwhile: by
 * the old one it can't be removed. Not waited for, as it is dead already.
 */
export function removeRotated(
  { store, deadline }: Pick<SessionScope, 'store' | 'deadline'>,
  { home, selector }: SessionToken,
): void {
  store.remove(home, [selector], performance.now() + deadline).catch(() => undefined);
}
