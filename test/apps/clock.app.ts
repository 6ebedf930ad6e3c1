import { Controller, Get, Module, Param, Post } from '@nestjs/common';
import { Session, SessionModule, type SessionModuleOptionsInput } from '../../lib/index.js';
import type { AppConfig } from './app-config.js';

const now = Date.now.bind(Date);

/** A server whose clock is wrong by `CLOCK_OFFSET_MS`. */
export function createModule(_config: AppConfig, options: SessionModuleOptionsInput): unknown {
  const offset = Number(process.env['CLOCK_OFFSET_MS']);
  Date.now = () => now() + offset;

  @Controller()
  class ClockController {
    @Get()
    all(@Session() session: Session<{ name?: string }>) {
      return { now: Date.now(), expiresAt: session.expiresAt, session };
    }

    @Post('name/:name')
    name(@Session() session: Session<{ name?: string }>, @Param('name') name: string) {
      session.name = name;
    }
  }

  @Module({ imports: [SessionModule.forRoot(options)], controllers: [ClockController] })
  class AppModule {}
  return AppModule;
}
