import { Controller, Get, Module, Query, Res, Sse, type MessageEvent } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { concatMap, ReplaySubject, takeWhile, type Observable } from 'rxjs';
import { Session, SessionModule, type SessionModuleOptionsInput } from '../../lib/index.js';
import type { AppConfig } from './app-config.js';

interface Watched {
  mark?: string;
  late?: string;
}

/** What the test tells the handler under way to do, one after the other. */
let steps = new ReplaySubject<string>();
let afterEnd: Promise<unknown> | undefined;

@Controller()
class EventsController {
  @Sse('events')
  events(
    @Session() session: Session<Watched>,
    @Query('mark') mark: string,
  ): Observable<MessageEvent> {
    session.mark = mark;
    return steps.pipe(
      takeWhile((step) => step !== 'end'),
      concatMap(async (step) => ({ data: await perform(session, step) })),
    );
  }

  @Get('stored')
  stored(@Session() session: Session<Watched>) {
    return session;
  }

  @Get('after-end')
  afterEnd(
    @Session() session: Session<Watched>,
    @Res() response: { raw?: ServerResponse } & ServerResponse,
  ) {
    const raw = response.raw ?? response;
    afterEnd = new Promise((resolve) => {
      raw.once('close', () => void attempt(() => (session.late = 'too late')).then(resolve));
    });
    raw.end('done');
  }

  @Get('after-value')
  afterValue(
    @Session() session: Session<Watched>,
    @Res({ passthrough: true }) response: { raw?: ServerResponse } & ServerResponse,
  ) {
    afterEnd = new Promise((resolve) => {
      (response.raw ?? response).once(
        'close',
        () => void attempt(() => (session.late = 'too late')).then(resolve),
      );
    });
    return 'done';
  }
}

async function perform(session: Session<Watched>, step: string): Promise<string> {
  if (step === 'change') session.late = 'not saved';
  if (step === 'save') {
    session.late = 'saved';
    await session.save();
  }
  if (step === 'rotate') return String(await attempt(() => session.rotate()));
  return step;
}

/** The name of what it throws. */
async function attempt(work: () => unknown): Promise<unknown> {
  try {
    await work();
    return 'nothing thrown';
  } catch (error) {
    return (error as Error).name;
  }
}

/** Server-sent events that a test leads step by step. */
export function createModule(_config: AppConfig, options: SessionModuleOptionsInput): unknown {
  @Module({ imports: [SessionModule.forRoot(options)], controllers: [EventsController] })
  class AppModule {}
  return AppModule;
}

/** `new` prepares for another request, `after-end` tells what came of it, all else is a step. @returns when, in ns */
export function onMessage(question: string): unknown {
  if (question === 'after-end') return afterEnd;
  if (question === 'new') steps = new ReplaySubject<string>();
  const at = process.hrtime.bigint();
  if (question !== 'new') steps.next(question);
  return at.toString();
}
