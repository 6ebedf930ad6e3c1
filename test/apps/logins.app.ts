import { setTimeout as delay } from 'node:timers/promises';
import { Body, Controller, Get, HttpCode, Module, Param, Post, Req } from '@nestjs/common';
import {
  Authenticated,
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

interface Data {
  cart?: string[];
  note?: string;
}

type Act = 'login' | 'logout' | 'elevate' | 'rotate' | 'destroy';

/** What is done to a session: the call, its arguments, and how many ms later. */
interface Deed {
  readonly act: Act;
  readonly args?: unknown[];
  readonly thought?: number;
}

/** Calls of a session and of the registry by every way an app has, with the time at which each was sent or done. */
export function createModule(config: AppConfig, options: SessionModuleOptionsInput): unknown {
  const held = new Map<string, () => void>();
  /** One clock for all processes of the machine, nanoseconds. */
  const clock = (): string => String(process.hrtime.bigint());

  const perform = async (session: Session<Data>, { act, args = [], thought = 0 }: Deed) => {
    if (thought > 0) await delay(thought);
    const acts = session as unknown as Record<Act, (...args: unknown[]) => Promise<unknown>>;
    const result = (await acts[act](...args)) as { token?: string } | undefined;
    return { ...result, token: result?.token, doneAt: clock() };
  };

  const change: Record<string, (session: Session<Data>) => unknown> = {
    assign: (session) => {
      session.note = 'late';
      return session.save();
    },
    push: (session) => {
      (session.cart ??= []).push('late');
      return session.save();
    },
    update: (session) => session.update('cart', (cart = []) => [...cart, 'late']),
    once: (session) => {
      session.putOnce('state', 'late');
      return session.save();
    },
    rotate: (session) => session.rotate(),
    elevate: (session) => session.elevate({ amr: ['otp'] }),
  };

  @Controller()
  class LoginsController {
    constructor(
      private readonly registry: SessionRegistry,
      private readonly sessions: SessionService,
    ) {}

    @Get()
    async all(@Session() session: Session<Data>) {
      const { flash, once } = {
        flash: session.flash('hello'),
        once: await session.takeOnce('csrf'),
      };
      return { ...session, user: session.principal?.id, flash, once };
    }

    /** Everything a visitor could have left before a login. */
    @Post('leave/:item')
    leave(@Session() session: Session<Data>, @Param('item') item: string) {
      Object.assign(session, { cart: [item], note: item });
      session.flash('hello', item);
      session.putOnce('csrf', item);
    }

    @Post('cart/:item/:thought')
    async add(
      @Session('cart', () => []) cart: string[],
      @Param('item') item: string,
      @Param('thought') thought: string,
    ) {
      await delay(Number(thought));
      cart.push(item);
    }

    @Post('handler')
    @HttpCode(200)
    byParameter(@Session([]) session: Session<Data>, @Body() deed: Deed) {
      return perform(session, deed);
    }

    @Post('service')
    @HttpCode(200)
    async byService(@Req() request: object, @Body() deed: Deed) {
      return perform(await this.sessions.of<Data>(request), deed);
    }

    @Post('outside')
    @HttpCode(200)
    async outside(@Body() { token, ...deed }: Deed & { token?: string }) {
      const session = await this.sessions.open<Data>(token);
      if (deed.act === 'login' && token === undefined) {
        const [user, given] = deed.args as [string, LoginOptions];
        return { token: (await this.sessions.openFor(user, given)).token };
      }
      return perform(session, deed);
    }

    @Get('me')
    @Authenticated()
    me(@Principal() user: Principal) {
      return { ...user, server: config.server };
    }

    @Get('admin')
    @Roles('admin')
    admin(@Principal('id') id: string) {
      return { id };
    }

    /** A write of somebody who is logged in, which says when it was sent. */
    @Post('mine/:way/:thought')
    @Authenticated()
    async mine(
      @Session() session: Session<Data>,
      @Param('way') way: string,
      @Param('thought') thought: string,
    ) {
      await delay(Number(thought));
      const sentAt = clock();
      await change[way]!(session);
      return { sentAt };
    }

    /** The same, sent when the test says so. */
    @Post('held/:way/:name')
    @Authenticated()
    async held(
      @Session() session: Session<Data>,
      @Param('way') way: string,
      @Param('name') name: string,
    ) {
      await new Promise<void>((resolve) => held.set(name, resolve));
      await change[way]!(session);
    }

    @Get('is-held/:name')
    isHeld(@Param('name') name: string) {
      return { held: held.has(name) };
    }

    @Post('release/:name')
    release(@Param('name') name: string) {
      held.get(name)?.();
    }

    /** Any method of the registry: its arguments are the body. */
    @Post('registry/:call')
    @HttpCode(200)
    async call(@Param('call') call: string, @Body() { args, thought = 0 }: Calling) {
      await delay(thought);
      const registry = this.registry as unknown as Record<string, (...args: unknown[]) => unknown>;
      const result = (await registry[call]!(...args)) ?? null;
      return { result, doneAt: clock() };
    }
  }

  @Module({
    imports: [SessionModule.forRoot({ ...options, ...limitOf(config) })],
    controllers: [LoginsController],
  })
  class AppModule {}
  return AppModule;
}

interface Calling {
  readonly args: unknown[];
  readonly thought?: number;
}

/** `LIMIT_BY_ROLE`: administrators may have one session, everyone else two. JSON can't say it. */
function limitOf(config: AppConfig): Pick<SessionModuleOptionsInput, 'maxSessionsPerUser'> {
  if (config.env?.['LIMIT_BY_ROLE'] !== '1') return {};
  return { maxSessionsPerUser: (_user, roles) => (roles.includes('admin') ? 1 : 2) };
}
