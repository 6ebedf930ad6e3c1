import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import { Session, SessionModule, type SessionModuleOptionsInput } from '../../lib/index.js';
import type { AppConfig } from './app-config.js';

type Data = Record<string, unknown>;

/** Closed until the test opens it. */
class Gate {
  readonly #reached = deferred();
  readonly #opened = deferred();

  pass(): Promise<void> {
    this.#reached.resolve();
    return this.#opened.promise;
  }

  reached(): Promise<void> {
    return this.#reached.promise;
  }

  open(): void {
    this.#opened.resolve();
  }
}

/** Node 20 has no Promise.withResolvers(). */
function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

let gate = new Gate();

/** Reads and writes whatever values, for tests that share sessions with other languages. */
export function createModule(_config: AppConfig, options: SessionModuleOptionsInput): unknown {
  @Controller()
  class PolyglotController {
    @Get()
    all(@Session() session: Session<Data>) {
      return session;
    }

    @Post('set')
    set(@Session() session: Session<Data>, @Body() values: Data) {
      Object.assign(session, values);
      return {};
    }

    /** Looks at everything, and changes nothing. */
    @Post('look')
    async look(@Session() session: Session<Data>) {
      const seen = structuredClone({ ...session });
      return { seen, ...(await session.save()) };
    }

    /** Appends to a list, but not before the test lets it. */
    @Post('append/:field/:item')
    async append(
      @Session() session: Session<Data>,
      @Param('field') field: string,
      @Param('item') item: string,
    ) {
      (session[field] as string[]).push(item);
      await gate.pass();
      return {};
    }

    @Post('destroy')
    async destroy(@Session() session: Session<Data>) {
      await session.destroy();
      return {};
    }

    @Post('rotate')
    async rotate(@Session() session: Session<Data>) {
      await session.rotate();
      return {};
    }
  }

  @Module({ imports: [SessionModule.forRoot(options)], controllers: [PolyglotController] })
  class AppModule {}
  return AppModule;
}

/** `close`: requests that append wait; `reached`: one does; `open`: they go on. */
export async function onMessage(question: string): Promise<string> {
  if (question === 'close') gate = new Gate();
  if (question === 'reached') await gate.reached();
  if (question === 'open') gate.open();
  return question;
}
