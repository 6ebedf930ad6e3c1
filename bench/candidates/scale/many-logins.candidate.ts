import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Session } from 'nest-session';
import { FIELDS } from '../../content.js';
import { PLATFORMS, type Candidate } from '../candidate.js';
import { createSessionApp } from '../session-module.js';
import { WholeController } from '../whole.controller.js';

/** Logs a user in who has sessions already. */
@Controller()
class ManyLoginsController {
  @Post('login/:user')
  @HttpCode(200)
  async login(@Session() session: Session<object>, @Param('user') user: string) {
    await session.login(user, { roles: ['customer'], keep: FIELDS });
    return {};
  }
}

/** As `whole`, with as many sessions of a user as there may be. */
export const candidate: Candidate = {
  name: 'scale/many-logins',
  role: 'own',
  platforms: PLATFORMS,
  visitors: ['user'],
  routes: ['read', 'write'],
  family: 'nest-session',
  boot: (platform, nodes) =>
    createSessionApp([WholeController, ManyLoginsController], platform, nodes, {
      maxSessionsPerUser: 'unlimited',
    }),
};
