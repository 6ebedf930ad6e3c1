import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { Session } from 'nest-session';
import type { BenchData } from '../content.js';
import { PLATFORMS, type Candidate } from './candidate.js';
import { knownMark } from './known-mark.js';
import { nextMark } from './next-mark.js';
import { createSessionApp } from './session-module.js';

/** Handlers that ask for the one field they use. */
@Controller()
class DeclaredController {
  @Get('read')
  read(@Session('mark') mark: string) {
    return { mark: knownMark(mark) };
  }

  @Get('unchanged')
  unchanged(@Session(['mark']) session: Session<BenchData>) {
    session.mark = knownMark(session.mark);
    return {};
  }

  @Post('write')
  @HttpCode(200)
  write(@Session(['mark']) session: Session<BenchData>) {
    knownMark(session.mark);
    session.mark = nextMark();
    return {};
  }

  @Post('append')
  @HttpCode(200)
  append(@Session('log', () => []) log: string[]) {
    log.push(nextMark());
    return {};
  }
}

export const candidate: Candidate = {
  name: 'declared',
  role: 'own',
  platforms: PLATFORMS,
  visitors: ['anonymous', 'user'],
  routes: ['bare', 'read', 'unchanged', 'write', 'append'],
  family: 'nest-session',
  boot: (platform, nodes) => createSessionApp([DeclaredController], platform, nodes),
};
