import { Injectable } from '@nestjs/common';
import { Observable } from 'rxjs';
import {
  SESSION_EVENT_TYPES,
  type SessionEvent,
  type SessionEventType,
} from '../core/session-event.js';
import { EventHub } from './event-hub.js';

/**
 * What happens to sessions: in this process, and with `events: { cluster: true }` in every process of the app. Events are hints: one
 * may be lost where Redis or a network fails, so nothing that must be right may hang on one.
 *
 * @example events.on('revoked', 'logout').subscribe(({ handle }) => sockets.close(handle))
 */
@Injectable()
export class SessionEvents {
  constructor(private readonly hub: EventHub) {}

  /** Id of this process, as its events carry it. Random, new with each start. */
  get server(): string {
    return this.hub.server;
  }

  /**
   * Events of these types, or all. Each subscriber hears what happens from its subscription on; the Observable completes
   * when the app shuts down. What a subscriber throws is not caught: RxJS reports it as an uncaught exception.
   */
  on(...types: SessionEventType[]): Observable<SessionEvent> {
    const wanted = types.length === 0 ? SESSION_EVENT_TYPES : [...new Set(types)];
    return new Observable((subscriber) =>
      this.hub.listen(wanted, {
        hear: (event) => subscriber.next(event),
        end: () => subscriber.complete(),
      }),
    );
  }
}
