import { Body, Controller, Delete, Get, Put } from '@nestjs/common';
import { Session } from 'nest-session';
import type { ShopSession } from './shop-session.js';
import { NameDto } from './shop.dto.js';

@Controller('api/visitor')
export class VisitorController {
  /** All of the session. Its `handle` is its public name, safe to show; the cookie is not. */
  @Get()
  show(@Session() session: Session<Partial<ShopSession>>) {
    const { handle, name, cart, viewed, principal } = session;
    const user = principal && { name: principal.id, roles: principal.roles };
    return { handle, name, cart, viewed, user };
  }

  @Put('name')
  greet(@Session() session: Session<ShopSession>, @Body() { name }: NameDto) {
    session.name = name;
    return { name };
  }

  /** Ends the session on all servers. */
  @Delete()
  async forget(@Session() session: Session<ShopSession>) {
    await session.destroy();
    return { forgotten: true };
  }
}
