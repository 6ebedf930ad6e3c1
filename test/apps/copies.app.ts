import { Controller, Get, Module, Param, Post } from '@nestjs/common';
import { IsArray, IsOptional, IsString } from 'class-validator';
import {
  Session,
  SessionModule,
  SessionRegistry,
  type SessionModuleOptionsInput,
} from '../../lib/index.js';
import type { AppConfig } from './app-config.js';

class Data {
  @IsOptional() @IsString() note?: string;
  @IsOptional() @IsArray() list?: string[];
  @IsOptional() @IsArray() bulk?: string[];
}

/** Handlers that load whole sessions. With `SCHEMA` a class says what they hold. */
export function createModule(config: AppConfig, options: SessionModuleOptionsInput): unknown {
  let release: () => void = () => undefined;
  let held = false;

  @Controller()
  class CopiesController {
    constructor(private readonly registry: SessionRegistry) {}

    @Get()
    look(@Session() session: Session<Data>) {
      const { note, list, bulk } = session;
      return { note, list, bulk: bulk?.join('').length, user: session.principal?.id };
    }

    @Post('fill/:bytes')
    fill(@Session() session: Session<Data>, @Param('bytes') bytes: string) {
      session.bulk = Array.from({ length: 10 }, () => 'x'.repeat(Number(bytes) / 10));
    }

    @Post('note/:note')
    note(@Session() session: Session<Data>, @Param('note') note: string) {
      session.note = note;
    }

    @Post('forget-note')
    forget(@Session() session: Session<Data>) {
      delete session.note;
    }

    @Post('append/:item')
    append(@Session() session: Session<Data>, @Param('item') item: string) {
      (session.list ??= []).push(item);
    }

    /** Changes what it was given, waits for `release`, and saves that or drops it. */
    @Post('hold/:end')
    async hold(@Session() session: Session<Data>, @Param('end') end: 'save' | 'drop') {
      session.note = 'held';
      if (end === 'drop') session.list?.push('held');
      held = true;
      await new Promise<void>((resolve) => (release = resolve));
      held = false;
      if (end === 'drop') await session.reload();
    }

    @Get('is-held')
    isHeld() {
      return { held };
    }

    @Post('release')
    goOn() {
      release();
    }

    @Post('login/:user')
    async login(@Session() session: Session<Data>, @Param('user') user: string) {
      await session.login(user, { keep: ['note', 'list', 'bulk'] });
    }

    @Post('logout')
    async logout(@Session() session: Session<Data>) {
      await session.logout();
    }

    @Post('destroy')
    async destroy(@Session() session: Session<Data>) {
      await session.destroy();
    }

    @Post('revoke-all/:user')
    async revoke(@Param('user') user: string) {
      await this.registry.revokeAll(user);
    }
  }

  const schema = config.env?.['SCHEMA'] === '1' ? { schema: Data } : {};
  @Module({
    imports: [SessionModule.forRoot({ ...options, ...schema })],
    controllers: [CopiesController],
  })
  class AppModule {}
  return AppModule;
}
