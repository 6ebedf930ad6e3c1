import { Body, Controller, Get, HttpCode, Injectable, Param, Post, Req } from '@nestjs/common';
import {
  Authenticated,
  Principal,
  Session,
  SessionEvents,
  SessionRegistry,
  SessionService,
} from '../../lib/index.js';

type Data = Record<string, unknown>;

/** Controllers and listeners of logins that log all they are given. @param log prints a value in many ways */
export function createLogins(log: (value: unknown) => void): {
  controller: new (...args: never[]) => unknown;
  listener: new (...args: never[]) => unknown;
} {
  @Injectable()
  class LeakyListener {
    constructor(events: SessionEvents) {
      log(events);
      events.on().subscribe((event) => log({ event }));
    }
  }

  @Controller()
  class LeakyLogins {
    constructor(
      private readonly registry: SessionRegistry,
      private readonly sessions: SessionService,
    ) {}

    @Post('login/:user')
    @HttpCode(200)
    async login(
      @Session() session: Session<Data>,
      @Param('user') user: string,
      @Body() { value }: Data,
    ) {
      const claims = { claim: value };
      const result = await session.login(user, { claims, roles: ['buyer'], keep: ['note'] });
      log(result);
      log(session);
      log(this.registry);
      return result;
    }

    @Post('open/:user')
    @HttpCode(200)
    async open(@Param('user') user: string) {
      const result = await this.sessions.openFor(user);
      log(result);
      return result;
    }

    @Post('elevate')
    @HttpCode(200)
    async elevate(@Session([]) session: Session) {
      const result = await session.elevate({ amr: ['pwd', 'otp'] });
      log(result);
      return result;
    }

    @Post('logout')
    @HttpCode(200)
    async logout(@Session([]) session: Session) {
      const result = await session.logout();
      log(result);
      log(session);
      return result;
    }

    @Get('me')
    @Authenticated()
    me(@Session([]) session: Session, @Principal('id') id: string) {
      log(session);
      return { id };
    }

    @Get('csrf')
    csrf(@Session([]) session: Session) {
      return { csrfToken: session.csrfToken() };
    }

    /** Any method of the registry. */
    @Post('registry/:call')
    @HttpCode(200)
    async call(@Param('call') call: string, @Body() { args }: { args: unknown[] }) {
      const registry = this.registry as unknown as Record<string, (...args: unknown[]) => unknown>;
      const result = await registry[call]!(...args);
      log(result);
      return { result };
    }

    @Post('visit')
    @HttpCode(200)
    async visit(@Req() request: object) {
      const session = await this.sessions.of(request);
      log(session);
      return {};
    }
  }

  return { controller: LeakyLogins, listener: LeakyListener };
}
