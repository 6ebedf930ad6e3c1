import { Controller, Get, HttpCode, Module, Post } from '@nestjs/common';
import { PLATFORMS, type Candidate } from './candidate.js';
import { createApp } from './create-app.js';

/** The same answers without a session: what Nest and its platform cost by themselves. */
@Controller()
class BareController {
  @Get('bare')
  bare() {
    return {};
  }

  @Get('read')
  read() {
    return { mark: 'v-000000' };
  }

  @Get('unchanged')
  unchanged() {
    return {};
  }

  @Post('write')
  @HttpCode(200)
  write() {
    return {};
  }

  @Post('login')
  @HttpCode(200)
  login() {
    return {};
  }

  @Post('logout')
  @HttpCode(200)
  logout() {
    return {};
  }
}

@Module({ controllers: [BareController] })
class BareModule {}

export const candidate: Candidate = {
  name: 'bare',
  role: 'bare',
  platforms: PLATFORMS,
  visitors: ['anonymous'],
  routes: ['bare', 'read', 'unchanged', 'write', 'login', 'logout'],
  boot: (platform) => createApp(BareModule, platform),
};
