import { setTimeout as delay } from 'node:timers/promises';
import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import { Session, SessionModule, type SessionModuleOptionsInput } from '../../lib/index.js';
import type { AppConfig } from './app-config.js';

/** What parallel requests change. */
export interface Shared {
  left?: { value?: string };
  right?: { value?: string };
  list?: unknown[];
  visits?: number;
  counter?: number;
  tally?: { count: number };
}

/** Handlers think so long between reading and writing that parallel requests overlap. */
export const THINKING_MS = 20;

/** Every way in which parallel requests can change one session. */
export function createModule(_config: AppConfig, options: SessionModuleOptionsInput): unknown {
  @Controller()
  class ParallelController {
    @Get()
    all(@Session() session: Session<Shared>) {
      return session;
    }

    @Post('start')
    start(@Session() session: Session<Shared>) {
      session.list = [];
    }

    @Post('whole/:side/:value')
    async whole(
      @Session() session: Session<Shared>,
      @Param('side') side: 'left' | 'right',
      @Param('value') value: string,
    ) {
      await delay(THINKING_MS);
      session[side] = { value };
    }

    @Post('field/left/:value')
    async left(
      @Session('left', () => ({})) left: { value?: string },
      @Param('value') value: string,
    ) {
      await delay(THINKING_MS);
      left.value = value;
    }

    @Post('field/right/:value')
    async right(
      @Session('right', () => ({})) right: { value?: string },
      @Param('value') value: string,
    ) {
      await delay(THINKING_MS);
      right.value = value;
    }

    @Post('push')
    async push(@Session('list', () => []) list: unknown[], @Body() body: { element: unknown }) {
      await delay(THINKING_MS);
      list.push(body.element);
    }

    @Post('visit')
    async visit(@Session(['visits']) session: Session<Shared>) {
      const visits = session.visits ?? 0;
      await delay(THINKING_MS);
      session.visits = visits + 1;
    }

    @Post('increment')
    async increment(@Session(['counter']) session: Session<Shared>) {
      await session.increment('counter');
    }

    @Post('update')
    async update(@Session(['tally']) session: Session<Shared>) {
      await session.update('tally', (tally = { count: 0 }) => ({ count: tally.count + 1 }));
    }
  }

  @Module({
    imports: [SessionModule.forRoot({ ...options, merge: { visits: 'sum' } })],
    controllers: [ParallelController],
  })
  class AppModule {}
  return AppModule;
}
