import type { UserRecordStore } from '../core/auth/user-record-store.js';
import type { SessionEndReason } from '../core/errors.js';
import type { SessionEvent, SessionEventType } from '../core/session-event.js';
import type { EventHub } from './event-hub.js';

const ENDS: readonly SessionEventType[] = ['logout', 'revoked', 'evicted'];

/**
 * Has this process remember which sessions others have ended: where a failover loses that, whoever of them is first does it again.
 * @param homeOf home of a user's sessions
 */
export function shareEnds(
  hub: EventHub,
  users: UserRecordStore,
  homeOf: (userId: string) => string,
): void {
  hub.listen(ENDS, {
    hear: ({ type, server, handle, userId, reason }) => {
      if (server === hub.server || handle === undefined || userId === undefined) return;
      users.noteEnd(homeOf(userId), handle, wordFor(type, reason));
    },
    end: () => undefined,
  });
}

/** What the client of such a session is told. */
function wordFor(type: SessionEventType, reason: SessionEvent['reason']): SessionEndReason {
  if (type === 'evicted') return 'evicted';
  if (type === 'revoked') return 'revoked';
  return reason === 'login' || reason === 'destroyed' ? reason : 'logout';
}
