import { Body, Controller, Get, HttpCode, Module, Param, Post } from '@nestjs/common';
import {
  Aal,
  Authenticated,
  FreshLogin,
  Principal,
  Roles,
  Session,
  SessionModule,
  SessionRegistry,
  SessionService,
  type LoginOptions,
  type SessionModuleOptionsInput,
} from '../../lib/index.js';
import type { AppConfig } from './app-config.js';

interface Shop {
  cart?: string[];
  note?: string;
}

/** Logs users in without asking for a password, and shows what becomes of them. */
export function createModule(config: AppConfig, options: SessionModuleOptionsInput): unknown {
  @Controller()
  class AuthController {
    constructor(
      private readonly registry: SessionRegistry,
      private readonly sessions: SessionService,
    ) {}

    @Get()
    all(@Session() session: Session<Shop>) {
      return { ...session, user: session.principal?.id, handle: session.handle };
    }

    @Post('cart/:item')
    add(@Session('cart', () => []) cart: string[], @Param('item') item: string) {
      cart.push(item);
      return { cart };
    }

    @Post('note/:note')
    note(@Session() session: Session<Shop>, @Param('note') note: string) {
      session.note = note;
    }

    @Post('login/:user')
    @HttpCode(200)
    async login(
      @Session([]) session: Session<Shop>,
      @Param('user') user: string,
      @Body() options: LoginOptions = {},
    ) {
      const result = await session.login(user, options);
      return { ...result, token: result.token };
    }

    @Post('logout')
    @HttpCode(200)
    logout(@Session([]) session: Session<Shop>, @Body() options: { keep?: string[] } = {}) {
      return session.logout(options);
    }

    @Post('elevate')
    @HttpCode(200)
    elevate(@Session([]) session: Session<Shop>, @Body() options: { amr: string[] }) {
      return session.elevate(options);
    }

    @Get('me')
    @Authenticated()
    me(@Principal() user: Principal) {
      return { ...user, server: config.server };
    }

    @Post('my-note/:note')
    @Authenticated()
    myNote(@Session() session: Session<Shop>, @Param('note') note: string) {
      session.note = note;
    }

    @Get('admin')
    @Roles('admin', 'owner')
    admin(@Principal('id') id: string) {
      return { id };
    }

    @Get('fresh')
    @FreshLogin('500ms')
    fresh() {
      return { fresh: true };
    }

    @Get('strong')
    @Aal(2)
    strong() {
      return { strong: true };
    }

    @Get('users/:user/sessions')
    list(@Param('user') user: string) {
      return this.registry.list(user);
    }

    @Post('users/:user/open')
    async openFor(@Param('user') user: string) {
      const { handle, token } = await this.sessions.openFor(user);
      return { handle, token };
    }

    /** Any method of the registry, with the arguments in the body after the user. */
    @Post('users/:user/:call')
    @HttpCode(200)
    call(@Param('user') user: string, @Param('call') call: string, @Body() rest: unknown[] = []) {
      const registry = this.registry as unknown as Record<string, (...args: unknown[]) => unknown>;
      return registry[call]!(user, ...(Array.isArray(rest) ? rest : []));
    }

    @Post('revoke-everyone')
    @HttpCode(200)
    revokeEveryone() {
      return this.registry.revokeEveryone();
    }
  }

  @Module({ imports: [SessionModule.forRoot(options)], controllers: [AuthController] })
  class AppModule {}
  return AppModule;
}
