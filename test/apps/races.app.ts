import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Get, Module, Param, Post } from '@nestjs/common';
import { Session, SessionModule, type SessionModuleOptionsInput } from '../../lib/index.js';
import type { AppConfig } from './app-config.js';

interface Raced {
  note?: string;
  list?: string[];
  count?: number;
}

/** Handlers that read the session, take their time, and then write it in some way or end it. */
export function createModule(_config: AppConfig, options: SessionModuleOptionsInput): unknown {
  const held = new Map<string, () => void>();

  const write: Record<string, (session: Session<Raced>) => unknown> = {
    assign: (session) => (session.note = 'late'),
    push: (session) => (session.list ??= []).push('late'),
    remove: (session) => delete session.note,
    increment: (session) => session.increment('count'),
    update: (session) => session.update('list', (list = []) => [...list, 'late']),
    save: (session) => {
      session.note = 'late';
      return session.save();
    },
    rotate: (session) => session.rotate(),
    once: (session) => session.putOnce('state', 'late'),
  };

  @Controller()
  class RacesController {
    @Get()
    all(@Session() session: Session<Raced>) {
      return session;
    }

    @Post('start')
    start(@Session() session: Session<Raced>) {
      Object.assign(session, { note: 'first', list: ['first'], count: 1 });
    }

    @Post('slow/:way/:milliseconds')
    async slow(
      @Session() session: Session<Raced>,
      @Param('way') way: string,
      @Param('milliseconds') milliseconds: string,
    ) {
      await delay(Number(milliseconds));
      await write[way]!(session);
    }

    @Post('slow-field/:milliseconds')
    async slowField(
      @Session('list', () => []) list: string[],
      @Param('milliseconds') milliseconds: string,
    ) {
      await delay(Number(milliseconds));
      list.push('late');
    }

    /** Waits until the test lets it go on. */
    @Post('held/:way/:name')
    async held(
      @Session() session: Session<Raced>,
      @Param('way') way: string,
      @Param('name') name: string,
    ) {
      await new Promise<void>((resolve) => held.set(name, resolve));
      await write[way]!(session);
    }

    @Get('is-held/:name')
    isHeld(@Param('name') name: string) {
      return { held: held.has(name) };
    }

    @Post('release/:name')
    release(@Param('name') name: string) {
      held.get(name)?.();
    }

    @Post('destroy/:milliseconds')
    async destroy(@Session() session: Session<Raced>, @Param('milliseconds') milliseconds: string) {
      await delay(Number(milliseconds));
      await session.destroy();
    }
  }

  @Module({ imports: [SessionModule.forRoot(options)], controllers: [RacesController] })
  class AppModule {}
  return AppModule;
}
