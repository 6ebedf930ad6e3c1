import { SessionInvalidError } from '../errors.js';
import type { Lifetimes, SessionRecord } from '../session-store.js';
import type { AuthScope } from './auth-scope.js';
import type { AuthBlock } from './login-state.js';

/** Whether the login outlives the ordinary times, as `login(userId, { remember: true })` asked for. */
export function isKept(block: AuthBlock | undefined): boolean {
  return block?.r === 1;
}

/**
 * Whether the login lives only because it is remembered: nobody has shown who they are since an ordinary one would have ended.
 * @param now ms since 1970 by the store's clock
 */
export function isRemembered(
  block: AuthBlock,
  { times, returns }: Pick<SessionRecord, 'times' | 'returns'>,
  ordinary: Lifetimes,
  now: number,
): boolean {
  if (!isKept(block)) return false;
  if (now - block.t >= ordinary.absolute) return true;
  return returns !== undefined && (returns.returnedAt > 0 || now - times.touchedAt >= returns.away);
}

/** Lifetimes of a login that is to be remembered. @throws SessionInvalidError where the app does not allow it */
export function requireRemember({ remember }: AuthScope, call: string): Lifetimes {
  if (remember) return remember;
  throw new SessionInvalidError(
    `${call}: remember needs the option 'remember'. Write SessionModule.forRoot({ remember: { idle: '14d', absolute: '30d' } }), or leave remember out. Nothing was changed.`,
  );
}
