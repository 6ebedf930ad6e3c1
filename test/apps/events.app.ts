import {
  Controller,
  HttpCode,
  Injectable,
  Module,
  Post,
  type INestApplication,
} from '@nestjs/common';
import {
  OnSessionEvent,
  Session,
  SessionEvents,
  SessionService,
  type SessionEvent,
  type SessionModuleOptionsInput,
} from '../../lib/index.js';
import { createModule as createAuthModule } from './auth.app.js';
import type { AppConfig } from './app-config.js';

const observed: SessionEvent[] = [];
const handled: SessionEvent[] = [];

/** The app of logins, with listeners. */
export function createModule(config: AppConfig, options: SessionModuleOptionsInput): unknown {
  @Injectable()
  class Listener {
    constructor(events: SessionEvents) {
      events.on().subscribe((event) => observed.push(event));
    }

    @OnSessionEvent('login', 'logout', 'rejected')
    keep(event: SessionEvent): void {
      handled.push(event);
    }

    @OnSessionEvent('login')
    async breakLater(): Promise<void> {
      throw new Error('the listener that breaks later');
    }

    @OnSessionEvent('login')
    breakAtOnce(): void {
      throw new Error('the listener that breaks at once');
    }
  }

  @Controller()
  class EndsController {
    @Post('rotate')
    @HttpCode(200)
    rotate(@Session([]) session: Session) {
      return session.rotate();
    }

    @Post('destroy')
    @HttpCode(200)
    destroy(@Session([]) session: Session) {
      return session.destroy();
    }
  }

  @Module({
    imports: [createAuthModule(config, options) as never],
    providers: [Listener],
    controllers: [EndsController],
  })
  class EventsModule {}
  return EventsModule;
}

/** What its listeners have heard so far; or `open <number> <name>`: logs so many users in, and says by which handles. */
export async function onMessage(question: string, app: unknown): Promise<unknown> {
  const [verb, count, name] = question.split(' ');
  if (verb === 'handled') return handled;
  if (verb === 'observed') return observed;
  const sessions = (app as INestApplication).get(SessionService, { strict: false });
  const names = Array.from({ length: Number(count) }, (_, n) => `${name}-${n}`);
  const handles: string[] = [];
  // Not all at once: a crowd of logins waits for its replicas longer than for its deadline.
  while (names.length > 0) {
    const opened = names.splice(0, 25).map((user) => sessions.openFor(user));
    handles.push(...(await Promise.all(opened)).map(({ handle }) => handle));
  }
  return handles;
}
