import {
  Body,
  Controller,
  Get,
  HttpCode,
  Injectable,
  Post,
  Scope,
  SetMetadata,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type INestApplication,
  type NestInterceptor,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { tap } from 'rxjs';
import { Session, SessionModule } from '../../../lib/index.js';
import { TEST_SECRET } from '../../apps/app-config.js';

const SEEN: string[] = [];

@Injectable()
class Afterwards implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    const noted: unknown = Reflect.getMetadata('noted', context.getHandler());
    SEEN.push(`${context.getHandler().name} ${String(noted)}`);
    const request = context.switchToHttp().getRequest<{ session: Record<string, unknown> }>();
    return next.handle().pipe(tap(() => (request.session['afterwards'] = true)));
  }
}

class Parent {
  @Post('inherited')
  @HttpCode(202)
  inherited(
    @Session() session: Session<{ given?: number }>,
    @Body() body: { given: number },
    ...rest: unknown[]
  ) {
    session.given = body.given;
    return this.countOf([session, body, ...rest]);
  }

  @Post('overridden')
  overridden(@Body() body: { given: number }): object {
    return this.countOf([body]);
  }

  @Post('undecorated')
  undecorated(@Body() body: { given: number }): object {
    return { body };
  }

  countOf(given: readonly unknown[]) {
    return { count: given.length };
  }
}

@Controller()
class Child extends Parent {
  @Post('overridden')
  override overridden(@Body() body: { given: number }, ...rest: unknown[]) {
    return { own: this.countOf([body, ...rest]), parents: super.overridden(body) };
  }

  @Post('undecorated')
  override undecorated(body: { given: number }, extra = 'default') {
    return { body, extra };
  }

  @Get('noted')
  @SetMetadata('noted', 'kept')
  @UseInterceptors(Afterwards)
  noted(@Session() session: Session) {
    return { ...session };
  }
}

@Controller({ path: 'each', scope: Scope.REQUEST })
class ForEachRequest {
  #calls = 0;

  @Post()
  post(@Session() session: Session<{ calls?: number }>) {
    session.calls = (session.calls ?? 0) + ++this.#calls;
    return { calls: session.calls };
  }
}

describe('A handler that saves', () => {
  let app: INestApplication;
  let url: string;
  let cookie = '';

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      imports: [SessionModule.forRoot({ secret: TEST_SECRET, csrf: false, insecureDev: true })],
      controllers: [Child, ForEachRequest],
    }).compile();
    app = module.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });

  afterAll(() => app.close());

  const call = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${url}/${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', ...(cookie && { Cookie: cookie }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return { status: answer.status, body: (await answer.json()) as unknown };
  };

  it('is given its own arguments and no more, with the decorators it had, where a parent class declares it', async () => {
    expect(await call('POST', 'inherited', { given: 7 })).toEqual({
      status: 202,
      body: { count: 2 },
    });
  });

  it('finds the defaults of its own parameters where it overrides another without their decorators', async () => {
    const { body } = await call('POST', 'undecorated', { given: 7 });
    expect(body).toEqual({ body: { given: 7 }, extra: 'default' });
  });

  it('is called by its own class as any method', async () => {
    const { body } = await call('POST', 'overridden', { given: 7 });
    expect(body).toEqual({ own: { count: 1 }, parents: { count: 1 } });
    expect(app.get(Child).overridden({ given: 1 })).toEqual(body);
  });

  it('keeps its name and its metadata, and what an interceptor changes behind it is saved too', async () => {
    await call('GET', 'noted');
    expect(SEEN).toEqual(['noted kept']);
    const { body } = await call('GET', 'noted');
    expect(body).toMatchObject({ given: 7, afterwards: true });
  });

  it('saves where its controller is made for each request', async () => {
    await call('POST', 'each');
    expect((await call('POST', 'each')).body).toEqual({ calls: 2 });
  });

  it('saves once where two apps of one process share its controller', async () => {
    const other = await Test.createTestingModule({
      imports: [SessionModule.forRoot({ secret: TEST_SECRET, csrf: false, insecureDev: true })],
      controllers: [Child],
    }).compile();
    await other.createNestApplication({ logger: false }).init();

    expect((await call('POST', 'inherited', { given: 8 })).body).toEqual({ count: 2 });
    await other.close();
  });
});
