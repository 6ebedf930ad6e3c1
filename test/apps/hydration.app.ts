import {
  Controller,
  createParamDecorator,
  Get,
  Injectable,
  Module,
  Param,
  Post,
  Req,
  Session as NestSession,
  UseInterceptors,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
  type MiddlewareConsumer,
  type NestInterceptor,
  type NestModule,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Observable } from 'rxjs';
import {
  Session,
  SessionModule,
  SessionService,
  UseSession,
  type SessionModuleOptionsInput,
} from '../../lib/index.js';
import type { AppConfig } from './app-config.js';

interface Visited {
  name?: string;
  visits?: number;
}

interface Seen {
  session?: Visited;
  raw?: Seen;
  byAppGuard?: string;
  byGlobalGuard?: string;
}

@Injectable()
class AppGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Seen>();
    request.byAppGuard = request.session?.name ?? 'nobody';
    return true;
  }
}

class GlobalGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Seen>();
    request.byGlobalGuard = request.session?.name ?? 'nobody';
    return true;
  }
}

/** As teams wrap handlers for tracing: another function without a name, with Nest's metadata carried over. */
function Traced(): MethodDecorator {
  return (_target, _method, descriptor: PropertyDescriptor) => {
    const original = descriptor.value as (...args: unknown[]) => unknown;
    descriptor.value = function (this: unknown, ...args: unknown[]) {
      return original.apply(this, args);
    };
    for (const key of Reflect.getMetadataKeys(original) as string[]) {
      Reflect.defineMetadata(key, Reflect.getMetadata(key, original), descriptor.value as object);
    }
  };
}

/** A team's own parameter decorator, which this library knows nothing of. */
const Mine = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<Seen>().session,
);

function visit(session: Visited): number {
  session.visits = (session.visits ?? 0) + 1;
  return session.visits;
}

class Visits {
  @Post('visit')
  inherited(@Session() session: Visited) {
    return { visits: visit(session) };
  }

  @Post('overridden')
  overridden(@Session() _session: Visited) {
    return { visits: -1 };
  }
}

@Controller('first')
class FirstVisits extends Visits {}

@Controller('second')
class SecondVisits extends Visits {
  @Post('overridden')
  override overridden(session: Visited) {
    return { visits: visit(session) };
  }
}

@Controller('whole-class')
@UseSession()
class WholeClass {
  @Post('own-decorator')
  ownDecorator(@Mine() session: Visited) {
    return { visits: visit(session) };
  }
}

@Injectable()
class VisitingInterceptor implements NestInterceptor {
  constructor(private readonly sessions: SessionService) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    visit(await this.sessions.of<Visited>(context.switchToHttp().getRequest<object>()));
    return next.handle();
  }
}

/** Knows no request: the session of the request whose code is running. */
@Injectable()
class VisitCounter {
  constructor(private readonly sessions: SessionService) {}

  async count(): Promise<number> {
    await Promise.resolve();
    return visit(this.sessions.current<Visited>()!);
  }

  get name(): string | undefined {
    return this.sessions.current<Visited>()?.name;
  }
}

@Controller()
class WaysController {
  constructor(
    private readonly sessions: SessionService,
    private readonly counter: VisitCounter,
  ) {}

  @Post('name/:name')
  name(@Session() session: Visited, @Param('name') name: string) {
    session.name = name;
  }

  @Get('seen')
  seen(@Session() _session: Visited, @Req() request: Seen) {
    return { byAppGuard: request.byAppGuard, byGlobalGuard: request.byGlobalGuard };
  }

  @Get('seen-undeclared')
  seenUndeclared(@Req() request: Seen) {
    return { byAppGuard: request.byAppGuard, byGlobalGuard: request.byGlobalGuard };
  }

  @Get('visits')
  visits(@Session() session: Visited) {
    return { visits: session.visits ?? 0 };
  }

  @Traced()
  @Get('traced-undeclared')
  tracedUndeclared(@Req() request: Seen) {
    return { byAppGuard: request.byAppGuard, byGlobalGuard: request.byGlobalGuard };
  }

  @Traced()
  @Post('traced-outside/visit')
  tracedOutside(@Session() session: Visited) {
    return { visits: visit(session) };
  }

  @Post('traced-inside/visit')
  @Traced()
  tracedInside(@Session() session: Visited) {
    return { visits: visit(session) };
  }

  @Post('nest/visit')
  nest(@NestSession() session: Visited) {
    return { visits: visit(session) };
  }

  @Post('own-decorator/visit')
  @UseSession('visits', 'name')
  ownDecorator(@Mine() session: Visited) {
    return { visits: visit(session) };
  }

  @Post('request/visit')
  @UseSession()
  ofRequest(@Req() request: { session: Visited }) {
    return { visits: visit(request.session) };
  }

  @Post('undeclared/visit')
  async undeclared(@Req() request: object) {
    return { visits: visit(await this.sessions.of<Visited>(request)) };
  }

  @Post('interceptor/visit')
  @UseInterceptors(VisitingInterceptor)
  interceptor() {
    return {};
  }

  @Post('middleware/visit')
  middleware() {
    return {};
  }

  @Post('middleware-declared/visit')
  middlewareDeclared(@Session('name') name: string | undefined) {
    return { name };
  }

  @Post('current/visit')
  @UseSession()
  async current() {
    return { visits: await this.counter.count() };
  }

  @Get('current/name')
  async currentName(@Session() session: Visited) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return { own: session.name, current: this.counter.name };
  }

  @Get('same-object')
  async sameObject(
    @Session() first: object,
    @NestSession() second: object,
    @Mine() third: object,
    @Req() request: { session: object },
  ) {
    const fourth = await this.sessions.of(request);
    return { same: [second, third, request.session, fourth].every((other) => other === first) };
  }
}

export function createModule(_config: AppConfig, options: SessionModuleOptionsInput): unknown {
  @Module({
    imports: [SessionModule.forRoot({ ...options, context: true })],
    controllers: [WaysController, FirstVisits, SecondVisits, WholeClass],
    providers: [VisitCounter, { provide: APP_GUARD, useClass: AppGuard }],
  })
  class AppModule implements NestModule {
    constructor(private readonly sessions: SessionService) {}

    configure(consumer: MiddlewareConsumer): void {
      consumer
        .apply((request: object, _response: unknown, next: (error?: unknown) => void) => {
          this.sessions
            .of<Visited>(request)
            .then((session) => visit(session))
            .then(() => next(), next);
        })
        .forRoutes('middleware/visit', 'middleware-declared/visit');
    }
  }
  return AppModule;
}

export function prepare(app: INestApplication): void {
  app.useGlobalGuards(new GlobalGuard());
}

/** Sessions outside HTTP. The question is JSON: `{ "open": token? }`, `{ "visit": token }` or `{ "inspect": token }`. */
export async function onMessage(question: string, app: INestApplication): Promise<unknown> {
  const sessions = app.get(SessionService);
  const asked = JSON.parse(question) as { create?: string; visit?: string; inspect?: string };
  if (asked.inspect !== undefined) return (await sessions.inspect(asked.inspect)) ?? null;
  const session = await sessions.open<Visited>(asked.visit);
  if (asked.create !== undefined) session.name = asked.create;
  visit(session);
  const saved = await session.save();
  return { ...saved, token: saved.token, visits: session.visits, name: session.name };
}
