import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import { Session, SessionModule, type SessionModuleOptionsInput } from '../../lib/index.js';
import type { AppConfig } from './app-config.js';

/** Handlers that ask for little or much of the session, and change little or much of it. */
export function createModule(_config: AppConfig, options: SessionModuleOptionsInput): unknown {
  @Controller()
  class CostsController {
    @Get('plain')
    plain() {
      return 'no session';
    }

    @Get('whole')
    whole(@Session() session: Session<Record<string, unknown>>) {
      return session;
    }

    @Get('field')
    field(@Session('data') data: unknown) {
      return { data };
    }

    @Post('untouched')
    untouched(@Session() _session: Session<object>) {
      return {};
    }

    @Post('same')
    same(@Session() session: Session<{ data?: unknown }>) {
      session.data = structuredClone(session.data);
    }

    @Post('change/:count')
    change(
      @Session() session: Session<Record<string, unknown>>,
      @Param('count') count: string,
      @Body() body: { value: unknown },
    ) {
      for (let at = 0; at < Number(count); at++) session[`field-${at}`] = body.value;
    }

    @Post('small')
    small(
      @Session(['small']) session: Session<{ small?: string }>,
      @Body() body: { value: string },
    ) {
      session.small = body.value;
    }

    @Post('small-of-whole')
    smallOfWhole(@Session() session: Session<{ small?: string }>, @Body() body: { value: string }) {
      session.small = body.value;
    }

    @Post('large')
    large(@Session() session: Session<Record<string, string>>) {
      for (let at = 0; at < 20; at++) session[`large-${at}`] = 'x'.repeat(10_000);
    }

    @Post('logout')
    async logout(@Session() session: Session<object>) {
      await session.destroy();
    }
  }

  @Module({ imports: [SessionModule.forRoot(options)], controllers: [CostsController] })
  class AppModule {}
  return AppModule;
}
