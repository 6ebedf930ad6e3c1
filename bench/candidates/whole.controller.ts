import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { Session } from 'nest-session';
import type { BenchData } from '../content.js';
import { knownMark } from './known-mark.js';
import { nextMark } from './next-mark.js';

/** Handlers that ask for the whole session, as users of other layers do. */
@Controller()
export class WholeController {
  @Get('read')
  read(@Session() session: Session<BenchData>) {
    return { mark: knownMark(session.mark) };
  }

  @Get('unchanged')
  unchanged(@Session() session: Session<BenchData>) {
    session.mark = knownMark(session.mark);
    return {};
  }

  @Post('write')
  @HttpCode(200)
  write(@Session() session: Session<BenchData>) {
    knownMark(session.mark);
    session.mark = nextMark();
    return {};
  }
}
