import { Controller, HttpCode, Post } from '@nestjs/common';
import { SessionWriter } from 'nest-session';
import { PLATFORMS, type Candidate } from './candidate.js';
import { nextMark } from './next-mark.js';
import { createSessionApp } from './session-module.js';

/** A handler that sets a field and reads nothing. */
@Controller()
class WriteOnlyController {
  @Post('write')
  @HttpCode(200)
  write(@SessionWriter('mark') mark: SessionWriter<string>) {
    mark.set(nextMark());
    return {};
  }
}

export const candidate: Candidate = {
  name: 'write-only',
  role: 'own',
  platforms: PLATFORMS,
  visitors: ['anonymous', 'user'],
  routes: ['write'],
  family: 'nest-session',
  boot: (platform, nodes) => createSessionApp([WriteOnlyController], platform, nodes),
};
