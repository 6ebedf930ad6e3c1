import { once } from 'node:events';
import { createServer, get, IncomingMessage, ServerResponse, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { useExpressClasses, type ExpressApp } from '../../../lib/http/express-classes.js';
import { SessionModule, type SessionModuleOptionsInput } from '../../../lib/index.js';
import { TEST_SECRET } from '../../apps/app-config.js';

@Controller()
class Greeting {
  @Get()
  greet(): string {
    return 'hello';
  }
}

type Exchange = readonly [request: IncomingMessage, response: ServerResponse];
type Same = (one: object, other: object) => boolean;

function addressOf(server: Server): { host: string; port: number } {
  const { address, port } = server.address() as AddressInfo;
  return { host: address, port };
}

async function answerOf(server: Server): Promise<string> {
  const asking = get({ ...addressOf(server), agent: false });
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  answer.setEncoding('utf8');
  return (await answer.toArray()).join('');
}

/** V8's own word on whether two objects have one hidden class: there is no other way to ask. */
function haveSameHiddenClass(one: object, other: object): boolean {
  setFlagsFromString('--allow-natives-syntax');
  return (runInThisContext('(one, other) => %HaveSameMap(one, other)') as Same)(one, other);
}

describe('The requests and responses of an Express app', () => {
  let app: INestApplication | undefined;

  async function start(options: Partial<SessionModuleOptionsInput> = {}): Promise<Server> {
    const testing = await Test.createTestingModule({
      imports: [SessionModule.forRoot({ secret: TEST_SECRET, store: 'memory', ...options })],
      controllers: [Greeting],
    }).compile();
    app = testing.createNestApplication();
    return app.getHttpServer() as Server;
  }

  /** The prototypes of a request and its response as the server makes them, before Express or anybody else has seen them. */
  async function prototypesMade(server: Server): Promise<object[]> {
    const seen: object[] = [];
    server.prependOnceListener('request', (...exchange: Exchange) => {
      seen.push(...exchange.map((object) => Object.getPrototypeOf(object) as object));
    });
    expect(await answerOf(server)).toBe('hello');
    return seen;
  }

  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  it('are made with the prototypes that Express gives to its own', async () => {
    const server = await start();
    await app!.listen(0, '127.0.0.1');
    const { request, response } = app!.getHttpAdapter().getInstance() as ExpressApp;
    const prototypes = await prototypesMade(server);
    expect([prototypes[0] === request, prototypes[1] === response]).toEqual([true, true]);
  });

  it("are Node's own with expressClasses: false", async () => {
    const server = await start({ expressClasses: false });
    await app!.listen(0, '127.0.0.1');
    const prototypes = await prototypesMade(server);
    const own = [IncomingMessage.prototype, ServerResponse.prototype];
    expect(prototypes.map((prototype, place) => prototype === own[place])).toEqual([true, true]);
  });

  it('share one hidden class, whatever a middleware puts on them', async () => {
    const server = await start();
    const together: [Exchange, () => void][] = [];
    const classes: boolean[] = [];
    app!.use((...[request, response, next]: [...Exchange, () => void]) => {
      Object.assign(request, { user: {} });
      Object.assign(response, { started: 1 });
      together.push([[request, response], next]);
      if (together.length < 2) return;
      const [one, other] = together.map(([exchange]) => exchange);
      classes.push(...one!.map((object, place) => haveSameHiddenClass(object, other![place]!)));
      for (const [, goOn] of together.splice(0)) goOn();
    });
    await app!.listen(0, '127.0.0.1');
    // The first ones of their kind find out how much room theirs take.
    for (let pair = 0; pair < 20; pair++) await Promise.all([answerOf(server), answerOf(server)]);
    expect(classes.slice(-2)).toEqual([true, true]);
  });

  it('come by an upgrade too, as WebSocket servers read them', async () => {
    const server = await start();
    server.on('upgrade', ({ url, headers }, socket) => {
      const head = [
        'HTTP/1.1 101 Switching Protocols',
        'Connection: Upgrade',
        'Upgrade: websocket',
      ];
      socket.end([...head, `X-Seen: ${url} ${headers.upgrade}`, '', ''].join('\r\n'));
    });
    await app!.listen(0, '127.0.0.1');
    const headers = { connection: 'Upgrade', upgrade: 'websocket' };
    const upgrading = get({ ...addressOf(server), path: '/live?id=7', headers });
    const [answer, socket] = (await once(upgrading, 'upgrade')) as [IncomingMessage, Socket];
    socket.destroy();
    expect(answer.headers['x-seen']).toBe('/live?id=7 websocket');
  });

  it('stay those of a server that was given classes of its own', async () => {
    class OwnRequest extends IncomingMessage {}
    class OwnResponse extends ServerResponse {}
    await start();
    const server = createServer({ IncomingMessage: OwnRequest, ServerResponse: OwnResponse });
    useExpressClasses(server, app!.getHttpAdapter().getInstance() as ExpressApp);
    server.on('request', (request, response) => {
      const isOwn = request instanceof OwnRequest && response instanceof OwnResponse;
      response.end(isOwn ? 'own' : 'replaced');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const answer = await answerOf(server);
    server.close();
    expect(answer).toBe('own');
  });

  it("stay Node's own where none can be made with Express' prototypes", async () => {
    const request = Object.create(IncomingMessage.prototype) as IncomingMessage;
    const response = Object.create(ServerResponse.prototype, {
      req: {
        set() {
          throw new Error('none of yours');
        },
      },
    }) as ServerResponse;
    const server = createServer((...[, answer]: Exchange) => {
      answer.end(Object.getPrototypeOf(answer) === ServerResponse.prototype ? 'own' : 'replaced');
    });
    useExpressClasses(server, { request, response });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const answer = await answerOf(server);
    server.close();
    expect(answer).toBe('own');
  });
});
