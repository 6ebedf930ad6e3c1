import type { ServerResponse } from 'node:http';
import {
  Body,
  ConflictException,
  Controller,
  Get,
  Injectable,
  Module,
  Param,
  Post,
  Req,
  Res,
  UseGuards,
  ValidationPipe,
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
  type MiddlewareConsumer,
  type NestModule,
} from '@nestjs/common';
import { IsIn, IsInt, IsOptional, IsString, ValidateIf } from 'class-validator';
import {
  Authenticated,
  Session,
  SessionModule,
  SessionRegistry,
  SessionService,
  SessionWriter,
  type SessionModuleOptionsInput,
} from '../../lib/index.js';
import type { AppConfig } from './app-config.js';

class ShopSession {
  @IsOptional() @IsString() currency? = 'EUR';
  @IsString({ each: true }) cart: string[] = [];
  @IsInt() visits = 0;
}

/** Who has been here may choose among fewer. */
class JudgedTogether extends ShopSession {
  @ValidateIf(({ visits }: ShopSession) => visits > 0)
  @IsIn(['EUR', 'USD', 'GBP'])
  override currency? = 'EUR';
}

interface Value {
  readonly value: never;
}

interface Answer {
  readonly raw?: ServerResponse;
}

/** Counts visits in a session that the handler does not read. */
@Injectable()
class CountingGuard implements CanActivate {
  constructor(private readonly sessions: SessionService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<object>();
    (await this.sessions.of<ShopSession>(request)).visits++;
    return true;
  }
}

/**
 * Handlers that write fields which they do not read, and some that read beside it. `SCHEMA` in the environment: `whole` has all fields
 * checked together, `migrated` has data of older versions.
 */
export function createModule(config: AppConfig, options: SessionModuleOptionsInput): unknown {
  const held = new Map<string, () => void>();

  @Controller()
  class WritersController {
    constructor(
      private readonly sessions: SessionService,
      private readonly registry: SessionRegistry,
    ) {}

    @Get()
    all(@Session() session: Session<ShopSession>) {
      return { ...session, user: session.principal?.id };
    }

    @Post('set')
    set(@SessionWriter('currency') currency: SessionWriter<string>, @Body() { value }: Value) {
      currency.set(value);
      return { answer: 'as if all were well' };
    }

    @Post('delete')
    remove(@SessionWriter('currency') currency: SessionWriter<string>) {
      currency.delete();
    }

    @Post('unused')
    unused(@SessionWriter('currency') _currency: SessionWriter<string>) {}

    @Post('two')
    two(
      @SessionWriter('currency') currency: SessionWriter<string>,
      @SessionWriter('visits') visits: SessionWriter<number>,
    ) {
      currency.set('GBP');
      visits.set(7);
    }

    @Post('throw')
    throw(@SessionWriter('currency') currency: SessionWriter<string>, @Body() { value }: Value) {
      currency.set(value);
      throw new ConflictException();
    }

    @Post('own-answer')
    ownAnswer(
      @SessionWriter('currency') currency: SessionWriter<string>,
      @Body() { value }: Value,
      @Res() response: Answer & ServerResponse,
    ) {
      currency.set(value);
      (response.raw ?? response).writeHead(201).end('as if all were well');
    }

    @Post('late')
    async late(
      @SessionWriter('currency') currency: SessionWriter<string>,
      @Res() response: Answer & ServerResponse,
    ) {
      const raw = response.raw ?? response;
      await new Promise((resolve) => raw.write('begun ', resolve));
      try {
        currency.set('GBP');
      } catch (error) {
        raw.write((error as { code: string }).code);
      }
      raw.end();
    }

    @Post('held/:name')
    async held(
      @SessionWriter('currency') currency: SessionWriter<string>,
      @Param('name') name: string,
    ) {
      await new Promise<void>((resolve) => held.set(name, resolve));
      currency.set(name);
    }

    @Get('is-held/:name')
    isHeld(@Param('name') name: string) {
      return { held: held.has(name) };
    }

    @Post('release/:name')
    release(@Param('name') name: string) {
      held.get(name)?.();
    }

    @Post('beside')
    beside(
      @Session('cart') cart: string[],
      @SessionWriter('currency') currency: SessionWriter<string>,
    ) {
      cart.push('tea');
      currency.set('GBP');
    }

    @Post('opened-by-guard')
    @UseGuards(CountingGuard)
    openedByGuard(@SessionWriter('currency') currency: SessionWriter<string>) {
      currency.set('GBP');
    }

    @Post('opened-by-middleware')
    openedByMiddleware(@SessionWriter('currency') currency: SessionWriter<string>) {
      currency.set('GBP');
    }

    @Post('opened-by-hasty-middleware')
    async openedByHastyMiddleware(
      @SessionWriter('currency') currency: SessionWriter<string>,
      @Req() request: object,
    ) {
      currency.set('GBP');
      await this.sessions.of(request);
    }

    @Post('looked-at')
    lookedAt(@SessionWriter('currency') _currency: SessionWriter<string>) {
      try {
        return { ...this.sessions.current() };
      } catch (error) {
        return { code: (error as { code: string }).code };
      }
    }

    @Post('opened-after')
    async openedAfter(
      @SessionWriter('currency') currency: SessionWriter<string>,
      @Req() request: object,
    ) {
      currency.set('GBP');
      const session = await this.sessions.of<ShopSession>(request);
      session.visits++;
      return { ...session };
    }

    @Post('member')
    @Authenticated()
    member(@SessionWriter('currency') currency: SessionWriter<string>, @Body() { value }: Value) {
      currency.set(value);
    }

    @Post('fill')
    fill(@Session() session: Session<ShopSession>) {
      Object.assign(session, { currency: 'USD', cart: ['milk'], visits: 1 });
    }

    @Post('login/:user')
    async login(@Session() session: Session<ShopSession>, @Param('user') user: string) {
      await session.login(user, { keep: ['currency', 'cart'] });
    }

    /** A method without arguments of the session. */
    @Post('call/:method')
    async call(
      @Session() session: Session<ShopSession>,
      @Param('method') method: 'logout' | 'destroy' | 'rotate',
    ) {
      await session[method]();
    }

    @Post('revoke-all/:user')
    async revokeAll(@Param('user') user: string) {
      await this.registry.revokeAll(user);
    }
  }

  @Module({
    imports: [SessionModule.forRoot({ ...options, context: true, schema: schemaOf(config) })],
    controllers: [WritersController],
  })
  class AppModule implements NestModule {
    constructor(private readonly sessions: SessionService) {}

    configure(consumer: MiddlewareConsumer): void {
      consumer
        .apply((request: object, _response: unknown, next: (error?: unknown) => void) => {
          this.sessions
            .of<ShopSession>(request)
            .then((session) => session.visits++)
            .then(() => next(), next);
        })
        .forRoutes('opened-by-middleware')
        .apply((request: object, _response: unknown, next: () => void) => {
          void this.sessions.of(request);
          next();
        })
        .forRoutes('opened-by-hasty-middleware');
    }
  }
  return AppModule;
}

function schemaOf({ env }: AppConfig): SessionModuleOptionsInput['schema'] {
  switch (env?.['SCHEMA']) {
    case 'whole':
      return { type: JudgedTogether, whole: true };
    case 'migrated':
      return { type: ShopSession, version: 2, migrate: (data) => ({ ...data, visits: 100 }) };
    default:
      return ShopSession;
  }
}

/** Would copy and strip what parameters are given, were it not kept from it. */
export function prepare(app: INestApplication): void {
  app.useGlobalPipes(
    new ValidationPipe({ transform: true, whitelist: true, validateCustomDecorators: true }),
  );
}
