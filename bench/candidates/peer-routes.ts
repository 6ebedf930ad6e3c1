import { Get, HttpCode, Param, Post, Session } from '@nestjs/common';
import { contentOf, type BenchData } from '../content.js';
import { knownMark } from './known-mark.js';
import { nextMark } from './next-mark.js';

/** The routes that are the same with both peers: their sessions are plain objects on the request. */
export abstract class PeerRoutes {
  @Get('bare')
  bare() {
    return {};
  }

  @Get('read')
  read(@Session() session: BenchData) {
    return { mark: knownMark(session.mark) };
  }

  @Get('unchanged')
  unchanged(@Session() session: BenchData) {
    session.mark = knownMark(session.mark);
    return {};
  }

  @Post('write')
  @HttpCode(200)
  write(@Session() session: BenchData) {
    knownMark(session.mark);
    session.mark = nextMark();
    return {};
  }

  @Post('seed/:bytes')
  @HttpCode(200)
  seed(@Session() session: BenchData, @Param('bytes') bytes: string) {
    Object.assign(session, contentOf(Number(bytes)));
    return {};
  }
}
