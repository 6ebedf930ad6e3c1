import { Readable } from 'node:stream';
import { Controller, Get, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Session } from '../../../lib/index.js';
import { target, type Marked, type WayQuery } from './ways.js';

/** What Fastify's reply can do by itself. */
@Controller('ways')
export class FastifyWaysController {
  @Get('send')
  send(
    @Session() session: Session<Marked>,
    @Query() { mark }: WayQuery,
    @Res() reply: FastifyReply,
  ) {
    session.mark = mark;
    void reply.send({ mark });
  }

  @Get('send-stream')
  sendStream(
    @Session() session: Session<Marked>,
    @Query() { mark }: WayQuery,
    @Res() reply: FastifyReply,
  ) {
    session.mark = mark;
    void reply.send(Readable.from([mark, 'end']));
  }

  @Get('reply-redirect')
  redirect(
    @Session() session: Session<Marked>,
    @Query() query: WayQuery,
    @Res() reply: FastifyReply,
  ) {
    session.mark = query.mark;
    void reply.redirect(target(query), 302);
  }

  @Get('later')
  later(
    @Session() session: Session<Marked>,
    @Query() { mark }: WayQuery,
    @Res() reply: FastifyReply,
  ) {
    setImmediate(() => {
      session.mark = mark;
      void reply.send({ mark });
    });
  }

  @Get('raw')
  raw(
    @Session() session: Session<Marked>,
    @Query() { mark }: WayQuery,
    @Res() reply: FastifyReply,
  ) {
    session.mark = mark;
    reply.raw.writeHead(201, { 'Content-Type': 'text/plain', 'X-App': 'yes' }).end(mark);
  }

  @Get('raw-write')
  rawWrite(
    @Session() session: Session<Marked>,
    @Query() { mark }: WayQuery,
    @Res() reply: FastifyReply,
  ) {
    session.mark = mark;
    reply.raw.write('begin ');
    reply.raw.end(mark);
  }

  @Get('raw-pipe')
  rawPipe(
    @Session() session: Session<Marked>,
    @Query() { mark }: WayQuery,
    @Res() reply: FastifyReply,
  ) {
    session.mark = mark;
    Readable.from([mark, 'x'.repeat(100_000), 'end']).pipe(reply.raw);
  }

  @Get('hijack')
  hijack(
    @Session() session: Session<Marked>,
    @Query() query: WayQuery,
    @Res() reply: FastifyReply,
  ) {
    session.mark = query.mark;
    reply.hijack();
    reply.raw.writeHead(302, { Location: target(query) }).end();
  }
}
