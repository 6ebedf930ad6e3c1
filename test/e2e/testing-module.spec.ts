import { Controller, Get, Post, type INestApplication } from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { MemorySessionStore, Session, SessionModule, SessionStore } from '../../lib/index.js';
import { TEST_SECRET } from '../apps/app-config.js';
import { fromOwnPage } from '../support/browser-headers.js';

interface Shop {
  visits?: number;
}

@Controller()
class ShopController {
  @Post('visit')
  visit(@Session() session: Session<Shop>) {
    session.visits = (session.visits ?? 0) + 1;
  }

  @Get('visits')
  visits(@Session() session: Session<Shop>) {
    return { visits: session.visits ?? 0 };
  }
}

describe("An app in Nest's testing module", () => {
  let app: INestApplication;

  afterEach(() => app.close());

  it('keeps sessions in memory where it asks for that', async () => {
    app = await start(testModule({ store: 'memory' }));
    expect(await visitTwice(app)).toEqual({ visits: 2 });
  });

  it('needs no Redis where the test gives it a store', async () => {
    const nodes = [{ host: '127.0.0.1', port: 1 }];
    const store = new MemorySessionStore();
    app = await start(
      testModule({ redis: { nodes } }).overrideProvider(SessionStore).useValue(store),
    );
    expect(await visitTwice(app)).toEqual({ visits: 2 });
  });
});

function testModule(
  options: Omit<Parameters<typeof SessionModule.forRoot>[0], 'secret'>,
): TestingModuleBuilder {
  return Test.createTestingModule({
    imports: [SessionModule.forRoot({ secret: TEST_SECRET, ...options })],
    controllers: [ShopController],
  });
}

async function start(builder: TestingModuleBuilder): Promise<INestApplication> {
  const module = await builder.compile();
  const app = module.createNestApplication();
  await app.listen(0, '127.0.0.1');
  return app;
}

async function visitTwice(app: INestApplication): Promise<unknown> {
  const url = await app.getUrl();
  const first = await fetch(`${url}/visit`, { method: 'POST' });
  const cookie = first.headers.getSetCookie()[0]!.split(';')[0]!;
  await fetch(`${url}/visit`, { method: 'POST', headers: fromOwnPage({ cookie }) });
  const answer = await fetch(`${url}/visits`, { headers: { cookie } });
  return answer.json();
}
