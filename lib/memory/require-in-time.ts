import { SessionStoreUnavailableError } from '../core/errors.js';

/** A write whose caller has stopped waiting must not be applied; a read is answered to nobody. */
export function requireInTime(deadline: number): void {
  if (performance.now() < deadline) return;
  throw new SessionStoreUnavailableError('The deadline had passed before the session was reached');
}
