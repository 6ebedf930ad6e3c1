import { Body, Controller, Get, HttpCode, Module, Param, Post } from '@nestjs/common';
import {
  OnSessionEvent,
  Session,
  SessionModule,
  type SaveOptions,
  type SessionEvent,
  type SessionModuleOptionsInput,
} from '../../lib/index.js';
import type { AppConfig } from './app-config.js';

interface Data {
  note?: string;
  count?: number;
}

/** Saves data in all ways, and says what it heard of the store. */
export function createModule(_config: AppConfig, options: SessionModuleOptionsInput): unknown {
  const heard: (string | undefined)[] = [];

  @Controller()
  class DurableController {
    @OnSessionEvent('degraded')
    hear({ reason }: SessionEvent) {
      heard.push(reason);
    }

    @Get()
    all(@Session() session: Session<Data>) {
      return { ...session };
    }

    @Get('heard')
    heard() {
      return heard;
    }

    @Post('note/:note')
    note(@Session() session: Session<Data>, @Param('note') note: string) {
      session.note = note;
    }

    @Post('save/:note')
    @HttpCode(200)
    save(@Session() session: Session<Data>, @Param('note') note: string, @Body() how: SaveOptions) {
      session.note = note;
      return session.save(how);
    }

    @Post('count')
    @HttpCode(200)
    async count(@Session() session: Session<Data>) {
      return { count: await session.increment('count') };
    }
  }

  @Module({ imports: [SessionModule.forRoot(options)], controllers: [DurableController] })
  class AppModule {}
  return AppModule;
}
