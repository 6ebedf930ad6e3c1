import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Controller, Get, HttpCode, Module, Param, Post } from '@nestjs/common';
import {
  Session,
  SessionModule,
  SessionRegistry,
  type SessionModuleOptionsInput,
} from '../../lib/index.js';
import type { AppConfig } from './app-config.js';

/** What the fault laboratory keeps in a session. */
export interface LabData {
  /** The newest value written. */
  mark?: string;
  /** Values appended, each once; the newest {@link LOG_LENGTH}. */
  log?: string[];
  count?: number;
}

const LOG_LENGTH = 40;

/** Every operation of the public API as a route, which answers with what was acknowledged. */
export function createModule(_config: AppConfig, options: SessionModuleOptionsInput): unknown {
  const now = Date.now.bind(Date);
  const offset = Number(process.env['CLOCK_OFFSET_MS'] ?? 0);
  if (offset !== 0) Date.now = () => now() + offset;

  @Controller()
  class SessionRoutes {
    @Post('write/:value')
    @HttpCode(200)
    write(@Session() session: Session<LabData>, @Param('value') value: string) {
      session.mark = value;
      return {};
    }

    @Get('read')
    read(@Session() session: Session<LabData>) {
      const { mark, log, count, principal } = session;
      return { mark, log, count, user: principal?.id, role: principal?.roles[0] };
    }

    @Post('append/:value')
    @HttpCode(200)
    async append(@Session() session: Session<LabData>, @Param('value') value: string) {
      await session.update('log', (log = []) => [...log, value].slice(-LOG_LENGTH));
      return {};
    }

    @Post('increment')
    @HttpCode(200)
    async increment(@Session() session: Session<LabData>) {
      await session.increment('count');
      return {};
    }

    /** A request that read the session, and writes it much later. */
    @Post('slow-write/:value/:milliseconds')
    @HttpCode(200)
    async slowWrite(
      @Session() session: Session<LabData>,
      @Param('value') value: string,
      @Param('milliseconds') milliseconds: string,
    ) {
      await delay(Number(milliseconds));
      session.mark = value;
      return {};
    }
  }

  @Controller()
  class LoginRoutes {
    constructor(private readonly registry: SessionRegistry) {}

    @Post('login/:user')
    @HttpCode(200)
    async login(@Session() session: Session<LabData>, @Param('user') user: string) {
      const { durable } = await session.login(user);
      return { durable };
    }

    @Post('logout')
    @HttpCode(200)
    logout(@Session() session: Session<LabData>) {
      return session.logout();
    }

    @Post('rotate')
    @HttpCode(200)
    async rotate(@Session() session: Session<LabData>) {
      await session.rotate();
      return {};
    }

    @Post('elevate')
    @HttpCode(200)
    async elevate(@Session() session: Session<LabData>) {
      const { durable } = await session.elevate({ amr: ['otp'] });
      return { durable };
    }

    @Post('revokeAll/:user')
    @HttpCode(200)
    revokeAll(@Param('user') user: string) {
      return this.registry.revokeAll(user);
    }

    @Post('roles/:user/:role')
    @HttpCode(200)
    roles(@Param('user') user: string, @Param('role') role: string) {
      return this.registry.setRoles(user, [role]);
    }

    @Post('disable/:user')
    @HttpCode(200)
    disable(@Param('user') user: string) {
      return this.registry.disable(user);
    }

    @Post('enable/:user')
    @HttpCode(200)
    enable(@Param('user') user: string) {
      return this.registry.enable(user);
    }

    @Get('list/:user')
    async list(@Param('user') user: string) {
      const { sessions } = await this.registry.list(user);
      return { handles: sessions.map(({ handle }) => handle) };
    }
  }

  @Module({
    imports: [SessionModule.forRoot(options)],
    controllers: [SessionRoutes, LoginRoutes],
  })
  class AppModule {}
  return AppModule;
}

/** `memory`: bytes in use after a collection. */
export function onMessage(question: string): unknown {
  if (question !== 'memory') return undefined;
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
