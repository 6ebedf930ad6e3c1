import { createGzip } from 'node:zlib';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  Controller,
  Get,
  Header,
  HttpCode,
  Module,
  Res,
  UnprocessableEntityException,
  type INestApplication,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Session, SessionModule, type SessionModuleOptionsInput } from '../../lib/index.js';
import type { AppConfig } from './app-config.js';

interface Visits {
  visits?: number;
}

type AnyResponse = ServerResponse & { readonly raw?: ServerResponse };

const COOKIES = ['a=1; Path=/', 'b=2; Path=/'];

@Controller()
class HeadersController {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  @Get('write-head-object')
  object(@Session() session: Session<Visits>, @Res() response: AnyResponse) {
    this.raw(session, response)
      .writeHead(200, { 'Set-Cookie': COOKIES, 'X-App': 'yes' })
      .end('body');
  }

  @Get('write-head-flat')
  flat(@Session() session: Session<Visits>, @Res() response: AnyResponse) {
    const headers = ['Set-Cookie', COOKIES[0]!, 'Set-Cookie', COOKIES[1]!, 'X-App', 'yes'];
    this.raw(session, response).writeHead(200, headers).end('body');
  }

  @Get('write-head-pairs')
  pairs(@Session() session: Session<Visits>, @Res() response: AnyResponse) {
    const headers = [...COOKIES.map((cookie) => ['Set-Cookie', cookie]), ['X-App', 'yes']];
    // Node takes pairs as well; its types don't say so.
    this.raw(session, response)
      .writeHead(200, headers as never)
      .end('body');
  }

  @Get('write-head-reason')
  reason(@Session() session: Session<Visits>, @Res() response: AnyResponse) {
    const headers = { 'set-cookie': COOKIES, 'x-app': 'yes' };
    this.raw(session, response).writeHead(200, 'Fine', headers).end('body');
  }

  @Get('write-head-over-set')
  over(@Session() session: Session<Visits>, @Res() response: AnyResponse) {
    const raw = this.raw(session, response);
    raw.setHeader('X-App', 'no');
    raw.writeHead(200, { 'Set-Cookie': COOKIES, 'X-App': 'yes' }).end('body');
  }

  @Get('set-header')
  setHeader(@Session() session: Session<Visits>, @Res() response: AnyResponse) {
    const raw = this.raw(session, response);
    raw.setHeader('Set-Cookie', COOKIES).setHeader('X-App', 'yes');
    raw.end('body');
  }

  @Get('append-header')
  append(@Session() session: Session<Visits>, @Res() response: AnyResponse) {
    const raw = this.raw(session, response);
    for (const cookie of COOKIES) raw.appendHeader('Set-Cookie', cookie);
    raw.setHeader('X-App', 'yes').end('body');
  }

  @Get('adapter')
  @Header('X-App', 'yes')
  adapter(@Session() session: Session<Visits>, @Res({ passthrough: true }) response: AnyResponse) {
    visit(session);
    this.adapterHost.httpAdapter.setHeader(response, 'Set-Cookie', COOKIES as never);
    return 'body';
  }

  @Get('not-modified')
  @HttpCode(304)
  @Header('X-App', 'yes')
  notModified(
    @Session() session: Session<Visits>,
    @Res({ passthrough: true }) response: AnyResponse,
  ) {
    visit(session);
    this.adapterHost.httpAdapter.setHeader(response, 'Set-Cookie', COOKIES as never);
  }

  @Get('public')
  @Header('Cache-Control', 'public, max-age=60')
  @Header('Vary', 'Accept-Encoding')
  asIfPublic(@Session() session: Session<Visits>) {
    return visit(session);
  }

  @Get('private')
  @Header('Cache-Control', 'private, no-cache')
  asPrivate(@Session() session: Session<Visits>) {
    return visit(session);
  }

  @Get('vary-all')
  @Header('Vary', '*')
  varyAll(@Session() session: Session<Visits>) {
    return visit(session);
  }

  @Get('write-head-public')
  writeHeadPublic(@Session() session: Session<Visits>, @Res() response: AnyResponse) {
    const headers = { 'Cache-Control': 'public, max-age=60', Vary: 'Accept-Encoding' };
    this.raw(session, response).writeHead(200, headers).end('body');
  }

  @Get('read')
  read(@Session() session: Session<Visits>) {
    return { visits: session.visits };
  }

  @Get('error')
  error(@Session() session: Session<Visits>) {
    throw new UnprocessableEntityException(visit(session));
  }

  @Get('undeclared')
  @Header('Cache-Control', 'public, max-age=60')
  undeclared() {
    return { undeclared: true };
  }

  @Get('large')
  @Header('X-App', 'yes')
  large(@Session() session: Session<Visits>) {
    visit(session);
    return { text: 'large '.repeat(10_000) };
  }

  /** Node's own response, with a change of the session to be saved before. */
  private raw(session: Session<Visits>, response: AnyResponse): ServerResponse {
    visit(session);
    return response.raw ?? response;
  }
}

function visit(session: Session<Visits>): object {
  session.visits = (session.visits ?? 0) + 1;
  return { visits: session.visits };
}

/** What compressing middleware does to a response: it patches it before anybody else, and writes for whom it has patched. */
function compress(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  if (request.headers['x-compress'] === undefined) return next();
  const gzip = createGzip();
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  const write = response.write.bind(response) as (chunk: unknown) => boolean;
  const end = response.end.bind(response) as () => ServerResponse;
  gzip.on('data', write).on('end', end);
  const begin = (): void => {
    if (!response.headersSent) response.writeHead(response.statusCode);
  };
  Object.assign(response, {
    writeHead: (...args: unknown[]) => {
      response.removeHeader('Content-Length');
      response.setHeader('Content-Encoding', 'gzip');
      return writeHead(...args);
    },
    write: (chunk: unknown) => {
      begin();
      return gzip.write(chunk);
    },
    end: (chunk?: unknown) => {
      begin();
      gzip.end(chunk ?? '');
      return response;
    },
  });
  next();
}

export function createModule(_config: AppConfig, options: SessionModuleOptionsInput): unknown {
  @Module({ imports: [SessionModule.forRoot(options)], controllers: [HeadersController] })
  class AppModule {}
  return AppModule;
}

export function prepare(app: INestApplication): void {
  app.use(compress);
}
