import { inspect } from 'node:util';
import {
  Body,
  Catch,
  Controller,
  Get,
  HttpException,
  Module,
  Param,
  Post,
  Req,
  Res,
  type ArgumentsHost,
  type INestApplication,
} from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import {
  Session,
  SessionGuard,
  SessionModule,
  SessionService,
  SessionStore,
  UseSession,
  type SessionModuleOptionsInput,
} from '../../lib/index.js';
import type { AppConfig } from './app-config.js';
import { createLogins } from './leaky-logins.js';

type Data = Record<string, unknown>;
interface Request {
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Before what is printed as JSON: a session's JSON is its data, as the app wants it. */
export const DATA = 'data: ';
const EVERYTHING = { depth: null, showHidden: true, showProxy: true, getters: true } as const;

/** Prints a value in the ways in which apps print. */
function log(value: unknown): void {
  console.log(value);
  console.log('%o %O %s', value, value, value);
  console.log(inspect(value, EVERYTHING));
  try {
    console.log(`${DATA}${JSON.stringify(value)} ${JSON.stringify({ value })}`);
  } catch {
    // Cyclic: nothing printed.
  }
}

/** Prints every error with all that hangs on it, then lets Nest answer. */
@Catch()
class LoggingFilter extends BaseExceptionFilter {
  override catch(exception: unknown, host: ArgumentsHost): void {
    log(exception);
    console.error(exception instanceof Error ? exception.stack : exception);
    super.catch(exception, host);
  }
}

let held: () => void = () => undefined;
let reached: () => void = () => undefined;
const reachedHold = new Promise<void>((resolve) => (reached = resolve));
const released = new Promise<void>((resolve) => (held = resolve));

function tokenOf({ headers }: Request): string {
  return (headers.authorization ?? headers.cookie ?? '').replace(/^.*[ =]/, '');
}

/** An app that logs whatever it can and fails in every way, and leaks on purpose at /plant. */
export function createModule(config: AppConfig, options: SessionModuleOptionsInput): unknown {
  const plantedAtBoot = config.env?.PLANT_AT_BOOT;
  if (plantedAtBoot) throw new Error(`cannot start with ${plantedAtBoot}`);

  @Controller()
  class LeakyController {
    constructor(
      private readonly sessions: SessionService,
      private readonly store: SessionStore,
      private readonly guard: SessionGuard,
    ) {}

    @Post('set')
    set(@Session() session: Session<Data>, @Body() values: Data) {
      Object.assign(session, values);
      return {};
    }

    @Get('log')
    async log(@Session() session: Session<Data>, @Req() request: Request) {
      session.flash('seen', 1);
      log(session);
      log([{ deep: { session } }]);
      log((request as { session?: unknown }).session);
      log(new Error('with the session', { cause: session }));
      log(this.sessions);
      log(this.store);
      log(this.guard);
      const opened = await this.sessions.open(tokenOf(request));
      log(opened);
      log(await this.sessions.inspect(tokenOf(request)));
      return {};
    }

    @Post('rotate')
    async rotate(@Session() session: Session<Data>) {
      const result = await session.rotate();
      log(result);
      return result;
    }

    @Post('save')
    async save(@Session() session: Session<Data>, @Body() values: Data) {
      Object.assign(session, values);
      const result = await session.save();
      log(result);
      return { result };
    }

    @Post('fail/conflict')
    async conflict(
      @Session() session: Session<Data>,
      @Req() request: Request,
      @Body() { value }: Data,
    ) {
      const other = await this.sessions.open<Data>(tokenOf(request));
      other.ticket = [value, 'other'];
      await other.save();
      session.ticket = [value, 'mine'];
    }

    @Post('fail/large')
    large(@Session() session: Session<Data>, @Body() { value }: Data) {
      session.note = String(value).repeat(1000);
    }

    @Post('fail/deep')
    deep(@Session() session: Session<Data>, @Body() { value }: Data) {
      session.note = [[[[[[[[[[value]]]]]]]]]];
    }

    @Post('fail/crowded')
    crowded(@Session() session: Session<Data>, @Body() { value }: Data) {
      for (let at = 0; at < 200; at++) session[`field${at}`] = value;
    }

    @Post('fail/collection')
    collection(@Session() session: Session<Data>, @Body() { value }: Data) {
      session.note = { inside: new Map([[value, value]]) };
    }

    @Post('fail/cycle')
    cycle(@Session() session: Session<Data>, @Body() { value }: Data) {
      const cyclic: Data = { value };
      cyclic[String(value)] = cyclic;
      session.note = cyclic;
    }

    @Post('fail/number')
    async number(@Session() session: Session<Data>, @Body() { value }: Data) {
      session.note = value;
      await session.increment('note');
    }

    @Post('fail/name')
    name(@Session() session: Session<Data>, @Body() { value }: Data) {
      session['two words'] = value;
    }

    @Post('fail/undeclared')
    undeclared(@Session(['name']) session: Session<Data>, @Body() { value }: Data) {
      session.note = value;
    }

    @Post('fail/update')
    async update(@Session() session: Session<Data>, @Body() { value }: Data) {
      await session.update('note', () => Promise.reject(new Error('no', { cause: session })));
      session.note = value;
    }

    @Post('fail/ended')
    async ended(
      @Session() session: Session<Data>,
      @Req() request: Request,
      @Body() { value }: Data,
    ) {
      const other = await this.sessions.open<Data>(tokenOf(request));
      await other.destroy();
      session.note = [value];
    }

    @Post('fail/destroyed')
    async destroyed(@Session() session: Session<Data>, @Body() { value }: Data) {
      await session.destroy();
      session.note = [value];
    }

    @Post('fail/throw')
    throw(@Session() session: Session<Data>, @Body() { value }: Data) {
      session.note = [value];
      throw new Error('handler', { cause: session });
    }

    @Post('fail/reading')
    reading(@Session() session: Session<Data>) {
      return { note: session.note };
    }

    @Post('fail/answered')
    @UseSession()
    async answered(
      @Session() session: Session<Data>,
      @Res() response: { send(body: unknown): void },
      @Body() { value }: Data,
    ) {
      session.note = { inside: new Map([[value, value]]) };
      response.send({ hidden: value });
    }

    @Post('fail/down')
    async down(@Session() session: Session<Data>, @Body() { value }: Data) {
      session.note = [value];
      reached();
      await released;
    }

    @Get('plant/:channel')
    plant(
      @Session() session: Session<Data>,
      @Param('channel') channel: string,
      @Req() request: Request,
      @Res({ passthrough: true }) response: { header(name: string, value: string): void },
    ) {
      const token = tokenOf(request);
      if (channel === 'log') console.log('token', token);
      if (channel === 'value-log') console.log({ ...session });
      if (channel === 'error')
        throw new Error('planted', { cause: { command: { args: [token] } } });
      if (channel === 'value-error') throw new HttpException(`wrong: ${String(session.note)}`, 400);
      if (channel === 'header') response.header('X-Debug', token);
      if (channel === 'cookie') response.header('Set-Cookie', `debug=${token}`);
      if (channel === 'buffer') console.log(Buffer.from(token));
      return channel === 'body' ? { token } : {};
    }
  }

  const logins = createLogins(log);

  @Module({
    imports: [SessionModule.forRoot(options)],
    controllers: [LeakyController, logins.controller],
    providers: [logins.listener],
  })
  class AppModule {}
  return AppModule;
}

export function prepare(app: INestApplication): void {
  app.useGlobalFilters(new LoggingFilter(app.get(HttpAdapterHost).httpAdapter));
}

/** `reached`: a request waits in fail/down; `go`: it goes on; `mark...` is printed. */
export async function onMessage(question: string): Promise<string> {
  if (question === 'reached') await reachedHold;
  if (question === 'go') held();
  if (question.startsWith('mark')) console.log(question);
  return question;
}
