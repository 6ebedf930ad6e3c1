import { Controller, Get, HttpCode, Post } from '@nestjs/common';

/** The same answers without a session: what Nest and its platform cost by themselves. */
@Controller()
export class BareController {
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
