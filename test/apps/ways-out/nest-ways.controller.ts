import { Readable } from 'node:stream';
import {
  Controller,
  Get,
  HttpCode,
  Param,
  ParseIntPipe,
  Query,
  Redirect,
  Req,
  Res,
  Sse,
  StreamableFile,
  UnprocessableEntityException,
  UseFilters,
  UseGuards,
  UseInterceptors,
  type MessageEvent,
} from '@nestjs/common';
import { delay, from, map, mergeMap, of, throwError, type Observable } from 'rxjs';
import { Session, SessionService } from '../../../lib/index.js';
import {
  AllowingGuard,
  AnsweringInterceptor,
  MarkingGuard,
  RedirectingFilter,
} from './enhancers.js';
import { target, type Marked, type WayQuery } from './ways.js';

/** The ways out that are the same on both platforms. */
@Controller('ways')
export class NestWaysController {
  constructor(private readonly sessions: SessionService) {}

  @Get('mark')
  mark(@Session('mark') mark: string | undefined) {
    return { mark };
  }

  @Get('plain')
  plain() {
    return { plain: true };
  }

  @Get('value')
  value(@Session() session: Session<Marked>, @Query() { mark }: WayQuery) {
    session.mark = mark;
    return { mark };
  }

  @Get('promise')
  async promise(@Session() session: Session<Marked>, @Query() { mark }: WayQuery) {
    await new Promise((resolve) => setImmediate(resolve));
    session.mark = mark;
    return { mark };
  }

  @Get('observable')
  observable(@Session() session: Session<Marked>, @Query() { mark }: WayQuery) {
    return of({ mark }).pipe(
      delay(1),
      map((value) => {
        session.mark = mark;
        return value;
      }),
    );
  }

  @Get('nothing')
  @HttpCode(204)
  nothing(@Session() session: Session<Marked>, @Query() { mark }: WayQuery) {
    session.mark = mark;
  }

  @Get('file')
  file(@Session() session: Session<Marked>, @Query() { mark }: WayQuery) {
    session.mark = mark;
    return new StreamableFile(Buffer.from(mark));
  }

  @Get('stream')
  stream(@Session() session: Session<Marked>, @Query() { mark }: WayQuery) {
    session.mark = mark;
    return new StreamableFile(Readable.from([mark, '-end']));
  }

  @Sse('events')
  events(
    @Session() session: Session<Marked>,
    @Query() { mark }: WayQuery,
  ): Observable<MessageEvent> {
    session.mark = mark;
    return from([{ data: mark }, { data: 'end' }]);
  }

  @Get('redirect')
  @Redirect()
  redirect(@Session() session: Session<Marked>, @Query() query: WayQuery) {
    session.mark = query.mark;
    return { url: target(query), statusCode: 302 };
  }

  @Get('passthrough')
  passthrough(
    @Session() session: Session<Marked>,
    @Query() { mark }: WayQuery,
    @Res({ passthrough: true }) response: { status(code: number): unknown },
  ) {
    session.mark = mark;
    response.status(203);
    return { mark };
  }

  @Get('passthrough-stream')
  passthroughStream(
    @Session() session: Session<Marked>,
    @Query() { mark }: WayQuery,
    @Res({ passthrough: true }) _response: unknown,
  ) {
    session.mark = mark;
    return new StreamableFile(Readable.from([mark]));
  }

  @Get('refused')
  refused(@Session() session: Session<Marked>, @Query() { mark }: WayQuery) {
    session.mark = mark;
    throw new UnprocessableEntityException(mark);
  }

  @Get('broken')
  async broken(@Session() session: Session<Marked>, @Query() { mark }: WayQuery) {
    session.mark = mark;
    throw new Error('The handler broke, as the test wants');
  }

  @Get('observable-error')
  observableError(@Session() session: Session<Marked>, @Query() { mark }: WayQuery) {
    return of(mark).pipe(
      delay(1),
      mergeMap(() => {
        session.mark = mark;
        return throwError(() => new UnprocessableEntityException(mark));
      }),
    );
  }

  @Get('filtered')
  @UseFilters(RedirectingFilter)
  filtered(@Session() session: Session<Marked>, @Query() { mark }: WayQuery) {
    session.mark = mark;
    throw new UnprocessableEntityException(mark);
  }

  @Get('intercepted')
  @UseInterceptors(AnsweringInterceptor)
  intercepted(@Session() _session: Session<Marked>) {
    throw new Error('The interceptor answers in place of this handler');
  }

  @Get('guarded')
  @UseGuards(MarkingGuard)
  guarded(@Session() _session: Session<Marked>) {
    throw new Error('The guard refuses');
  }

  @Get('piped/:id')
  @UseGuards(AllowingGuard)
  piped(@Session() _session: Session<Marked>, @Param('id', ParseIntPipe) id: number) {
    return { id };
  }

  @Get('service')
  async service(@Req() request: object, @Query() { mark }: WayQuery) {
    const session = await this.sessions.of<Marked>(request);
    session.mark = mark;
    return { mark };
  }
}
