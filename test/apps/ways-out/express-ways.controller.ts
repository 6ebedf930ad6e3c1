import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Controller, Get, Next, Query, Res } from '@nestjs/common';
import type { NextFunction, Response } from 'express';
import { Session } from '../../../lib/index.js';
import { target, type Marked, type WayQuery } from './ways.js';

/** What Express' response can do by itself. */
@Controller('ways')
export class ExpressWaysController {
  @Get('json')
  json(@Session() session: Session<Marked>, @Query() { mark }: WayQuery, @Res() res: Response) {
    session.mark = mark;
    res.json({ mark });
  }

  @Get('send')
  send(@Session() session: Session<Marked>, @Query() { mark }: WayQuery, @Res() res: Response) {
    session.mark = mark;
    res.send(mark);
  }

  @Get('send-status')
  sendStatus(
    @Session() session: Session<Marked>,
    @Query() { mark }: WayQuery,
    @Res() res: Response,
  ) {
    session.mark = mark;
    res.sendStatus(202);
  }

  @Get('res-redirect')
  redirect(@Session() session: Session<Marked>, @Query() query: WayQuery, @Res() res: Response) {
    session.mark = query.mark;
    res.redirect(target(query));
  }

  @Get('end')
  end(@Session() session: Session<Marked>, @Query() { mark }: WayQuery, @Res() res: Response) {
    session.mark = mark;
    res.end(mark);
  }

  @Get('write')
  write(@Session() session: Session<Marked>, @Query() { mark }: WayQuery, @Res() res: Response) {
    session.mark = mark;
    res.write('begin ');
    res.write(mark);
    res.end();
  }

  @Get('write-head')
  writeHead(
    @Session() session: Session<Marked>,
    @Query() { mark }: WayQuery,
    @Res() res: Response,
  ) {
    session.mark = mark;
    res.writeHead(201, { 'Content-Type': 'text/plain', 'X-App': 'yes' }).end(mark);
  }

  @Get('flush-headers')
  flushHeaders(
    @Session() session: Session<Marked>,
    @Query() { mark }: WayQuery,
    @Res() res: Response,
  ) {
    session.mark = mark;
    res.flushHeaders();
    setImmediate(() => res.end(mark));
  }

  @Get('pipe')
  pipe(@Session() session: Session<Marked>, @Query() { mark }: WayQuery, @Res() res: Response) {
    session.mark = mark;
    Readable.from([mark, 'x'.repeat(100_000), 'end']).pipe(res);
  }

  @Get('send-file')
  sendFile(@Session() session: Session<Marked>, @Query() { mark }: WayQuery, @Res() res: Response) {
    session.mark = mark;
    res.sendFile(fileURLToPath(import.meta.url), { dotfiles: 'allow' });
  }

  @Get('later')
  later(@Session() session: Session<Marked>, @Query() { mark }: WayQuery, @Res() res: Response) {
    setImmediate(() => {
      session.mark = mark;
      res.json({ mark });
    });
  }

  @Get('next')
  next(
    @Session() session: Session<Marked>,
    @Query() { mark }: WayQuery,
    @Res() _res: Response,
    @Next() next: NextFunction,
  ) {
    session.mark = mark;
    next();
  }

  /** Where `next()` of the handler before leads. */
  @Get('next')
  afterNext(@Query() { mark }: WayQuery) {
    return { mark };
  }
}
