import { randomUUID } from 'node:crypto';
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { Session } from 'nest-session';
import { contentOf, FIELDS } from '../content.js';

/** How sessions of ours begin and end. */
@Controller()
export class LifeController {
  @Get('bare')
  bare() {
    return {};
  }

  @Post('seed/:bytes')
  @HttpCode(200)
  seed(@Session() session: Session<Record<string, unknown>>, @Param('bytes') bytes: string) {
    Object.assign(session, contentOf(Number(bytes)));
    return {};
  }

  @Post('login')
  @HttpCode(200)
  async login(@Session() session: Session<object>) {
    await session.login(randomUUID(), { roles: ['customer'], keep: FIELDS });
    return {};
  }

  @Post('logout')
  @HttpCode(200)
  async logout(@Session() session: Session<object>) {
    await session.logout();
    return {};
  }
}
