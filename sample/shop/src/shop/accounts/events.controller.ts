import { Controller, Sse, type MessageEvent } from '@nestjs/common';
import { Authenticated, Principal, Session, SessionEvents, type SessionEvent } from 'nest-session';
import { filter, map, merge, of, takeUntil, takeWhile, timer, type Observable } from 'rxjs';

/** A stream ends now and then, and the browser opens it again: events may be lost, but not who may see them. */
const LOOKED_AT_MS = 60_000;

@Controller('api/events')
@Authenticated()
export class EventsController {
  constructor(private readonly events: SessionEvents) {}

  /** Live: what happens to the user's sessions on any server, and to all sessions for admins. */
  @Sse()
  watch(@Principal() user: Principal, @Session([]) own: Session): Observable<MessageEvent> {
    const seesAll = user.roles.includes('admin');
    const { handle } = own;
    const seen = this.events.on().pipe(
      filter(({ userId }) => seesAll || userId === user.id),
      takeWhile((event) => !endsStream(event, user.id, handle), true),
      map(({ type, at, handle, userId }) => ({ data: { type, at, handle, user: userId } })),
    );
    const ready = of({ type: 'ready', retry: 1000, data: {} });
    return merge(ready, seen).pipe(takeUntil(timer(LOOKED_AT_MS)));
  }
}

/** Whether it may be another stream from now on, or none: another role, or no login any more. */
function endsStream(event: SessionEvent, user: string, handle: string | undefined): boolean {
  if (event.type === 'changed') return event.userId === user;
  const isEnd = ['logout', 'revoked', 'evicted', 'expired'].includes(event.type);
  return isEnd && event.handle === handle;
}
