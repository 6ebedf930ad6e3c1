import { Readable } from 'node:stream';
import type { ServerResponse } from 'node:http';
import {
  Catch,
  Controller,
  Get,
  HttpException,
  Module,
  Query,
  Res,
  UseFilters,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core';
import { Session, SessionModule, type SessionModuleOptionsInput } from '../../lib/index.js';
import type { AppConfig } from './app-config.js';

interface Filled {
  mark?: string;
  filling?: string;
}

interface Answer {
  readonly raw?: ServerResponse;
}

/** Tells which filter saw the error, and what it saw. */
abstract class TellingFilter implements ExceptionFilter {
  protected abstract readonly name: string;

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(error: HttpException, host: ArgumentsHost): void {
    const { name, message } = (error.cause ?? {}) as Partial<Error>;
    const body = { filter: this.name, status: error.getStatus(), cause: name, message };
    const response = host.switchToHttp().getResponse<object>();
    this.adapterHost.httpAdapter.reply(response, body, error.getStatus());
  }
}

@Catch(HttpException)
class GlobalFilter extends TellingFilter {
  protected readonly name = 'global';
  constructor(adapterHost: HttpAdapterHost) {
    super(adapterHost);
  }
}

@Catch(HttpException)
class ScopedFilter extends TellingFilter {
  protected readonly name = 'scoped';
  constructor(adapterHost: HttpAdapterHost) {
    super(adapterHost);
  }
}

/** Streams the app has made, and those of them that were destroyed. */
const streams = { made: 0, destroyed: 0 };

class Handlers {
  @Get('stored')
  stored(@Session() session: Session<Filled>) {
    return session;
  }

  @Get('value')
  value(@Session() session: Session<Filled>, @Query() query: Filled) {
    Object.assign(session, query);
    return { answer: 'as if all were well' };
  }

  @Get('awaited')
  async awaited(@Session() session: Session<Filled>, @Query() query: Filled) {
    Object.assign(session, query);
    await session.save();
    return { answer: 'as if all were well' };
  }

  @Get('written')
  written(
    @Session() session: Session<Filled>,
    @Query() query: Filled,
    @Res() response: Answer & ServerResponse,
  ) {
    Object.assign(session, query);
    const raw = response.raw ?? response;
    raw.writeHead(200, {
      'Content-Type': 'text/html',
      ETag: '"1"',
      'Content-Encoding': 'identity',
    });
    raw.end('as if all were well');
  }

  @Get('begun')
  async begun(
    @Session() session: Session<Filled>,
    @Query() query: Filled,
    @Res() response: Answer & ServerResponse,
  ) {
    const raw = response.raw ?? response;
    await new Promise((resolve) => raw.write('as if all were well', resolve));
    Object.assign(session, query);
  }

  @Get('piped')
  piped(
    @Session() session: Session<Filled>,
    @Query() query: Filled,
    @Res() response: Answer & ServerResponse,
  ) {
    Object.assign(session, query);
    streams.made++;
    const endless = new Readable({ read: () => void endless.push('as if all were well') });
    endless.once('close', () => streams.destroyed++);
    endless.pipe(response.raw ?? response);
  }
}

@Controller('plain')
class PlainController extends Handlers {}

@Controller('scoped')
@UseFilters(ScopedFilter)
class ScopedController extends Handlers {}

/** Handlers whose changes can't be saved, with filters that see what becomes of it. */
export function createModule(_config: AppConfig, options: SessionModuleOptionsInput): unknown {
  @Module({
    imports: [SessionModule.forRoot(options)],
    controllers: [PlainController, ScopedController],
    providers: [{ provide: APP_FILTER, useClass: GlobalFilter }],
  })
  class AppModule {}
  return AppModule;
}

export function onMessage(): unknown {
  return streams;
}
