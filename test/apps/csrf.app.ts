import { subscribe } from 'node:diagnostics_channel';
import { All, Controller, Get, Header, HttpCode, Module, Param, Post, Req } from '@nestjs/common';
import {
  Session,
  SessionModule,
  SessionService,
  SkipCsrf,
  type SessionModuleOptionsInput,
} from '../../lib/index.js';
import type { AppConfig } from './app-config.js';

interface Acts {
  acts?: number;
}

/** Commands that read or write sessions; the client sends others by itself. */
const OF_SESSIONS = /^(hmget|hgetall|eval|evalsha|unlink)$/i;
let commands = 0;
subscribe('tracing:ioredis:command:start', (message) => {
  if (OF_SESSIONS.test((message as { command: string }).command)) commands++;
});

/** Counts what a session's client has done, logs users in without a password, and has a page of its own. */
export function createModule(_config: AppConfig, options: SessionModuleOptionsInput): unknown {
  @Controller()
  class CsrfController {
    constructor(private readonly sessions: SessionService) {}

    @Get()
    show(@Session() session: Session<Acts>) {
      return { acts: session.acts ?? 0, user: session.principal?.id };
    }

    @All('act')
    @HttpCode(200)
    act(@Session() session: Session<Acts>) {
      session.acts = (session.acts ?? 0) + 1;
      return { acts: session.acts };
    }

    @Post('quiet')
    @HttpCode(200)
    quiet() {
      return {};
    }

    /** Declares no session, but opens one. */
    @Post('by-service')
    @HttpCode(200)
    async byService(@Req() request: object) {
      return this.act(await this.sessions.of<Acts>(request));
    }

    @Post('callback')
    @HttpCode(200)
    @SkipCsrf()
    callback(@Session() session: Session<Acts>) {
      return this.act(session);
    }

    @Post('login/:user')
    @HttpCode(200)
    login(@Session([]) session: Session<Acts>, @Param('user') user: string) {
      return session.login(user);
    }

    @Post('change/:call')
    @HttpCode(200)
    async change(
      @Session() session: Session<Acts>,
      @Param('call') call: 'logout' | 'rotate' | 'elevate' | 'destroy',
    ) {
      if (call === 'elevate') await session.elevate({ amr: ['otp'] });
      else await session[call]();
    }

    @Get('token')
    token(@Session() session: Session<Acts>) {
      return { token: session.csrfToken() };
    }

    @Get('token-by-service')
    @Header('Cache-Control', 'public, max-age=60')
    tokenByService(@Req() request: object) {
      return { token: this.sessions.csrfToken(request) };
    }

    @Get('page')
    @Header('Content-Type', 'text/html')
    page() {
      return `<title>shop</title><form method="post" action="/act"><button>Act</button></form>`;
    }
  }

  @Controller('skipped')
  @SkipCsrf()
  class SkippedController {
    @Post('all')
    @HttpCode(200)
    all(@Session() session: Session<Acts>) {
      session.acts = 0;
    }

    @Post('but-this')
    @HttpCode(200)
    @SkipCsrf(false)
    butThis(@Session() session: Session<Acts>) {
      session.acts = 0;
    }
  }

  @Module({
    imports: [SessionModule.forRoot(options)],
    controllers: [CsrfController, SkippedController],
  })
  class AppModule {}
  return AppModule;
}

/** How many commands were sent for sessions so far. */
export function onMessage(): number {
  return commands;
}
