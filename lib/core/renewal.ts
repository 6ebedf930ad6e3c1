import { tell } from './session-event.js';
import { newOperation, type SessionScope } from './session-scope.js';
import type { SessionStanding } from './session-standing.js';
import type { SessionRecord } from './session-store.js';

/**
 * The digest that a new secret is to take the place of; undefined where none is due. It is where the secret is older than `timeouts.rotate`,
 * and with each return of a remembered session.
 * @param now ms since 1970 by the store's clock
 */
export function renewalDue(
  { rotateAfter }: Pick<SessionScope, 'rotateAfter'>,
  { secret, times, returns }: SessionRecord,
  now: number,
): string | undefined {
  const { newest, madeAt, renewable } = secret;
  if (!renewable) return undefined;
  const isOld = rotateAfter !== undefined && now - madeAt >= rotateAfter;
  const isReturn =
    returns !== undefined && (now - times.touchedAt >= returns.away || returns.returnedAt > madeAt);
  return isOld || isReturn ? newest : undefined;
}

/**
 * Gives the session a new secret that the response's head is to carry. The request itself goes on with the old one: the first use of the
 * new one, by its client, begins the end of the old one. What fails is left to a later request.
 */
export async function renew(scope: SessionScope, standing: SessionStanding): Promise<void> {
  const { token, renewal } = standing;
  if (!token || renewal === undefined) return;
  standing.beginRenewal();
  const issued = scope.signer.reissue(token);
  const result = await scope.store
    .renew(token, renewal, issued.digest, newOperation(scope))
    .catch(() => undefined);
  if (result?.status !== 'applied') return;
  standing.renewed(issued);
  const userId = standing.login?.principal.id;
  tell(scope, 'rotated', issued, () => ({ handle: issued.selector, userId, reason: 'renewed' }));
}
