import {
  Body,
  ConflictException,
  Controller,
  Get,
  NotFoundException,
  Param,
  Put,
} from '@nestjs/common';
import { Principal, Roles, SessionRegistry } from 'nest-session';
import { DisabledDto, RoleDto, UserParams } from './accounts.dto.js';
import { UsersService } from './users.service.js';

/** Each change twice: in the user table for logins to come, in the registry for those there are. */
@Controller('api/admin/users')
@Roles('admin')
export class AdminController {
  constructor(
    private readonly users: UsersService,
    private readonly registry: SessionRegistry,
  ) {}

  @Get()
  async all() {
    const users = await this.users.all();
    return Promise.all(
      users.map(async (user) => ({ ...user, devices: await this.registry.count(user.name) })),
    );
  }

  @Put(':user/role')
  async setRole(
    @Principal('id') admin: string,
    @Param() { user }: UserParams,
    @Body() { role }: RoleDto,
  ) {
    await this.#requireOther(admin, user);
    await this.users.setRole(user, role);
    await this.registry.setRoles(user, [role]);
    return { user, role };
  }

  @Put(':user/disabled')
  async setDisabled(
    @Principal('id') admin: string,
    @Param() { user }: UserParams,
    @Body() { disabled }: DisabledDto,
  ) {
    await this.#requireOther(admin, user);
    await this.users.setDisabled(user, disabled);
    if (disabled) await this.registry.disable(user);
    else await this.registry.enable(user);
    return { user, disabled };
  }

  /** The last admin would otherwise soon be gone. */
  async #requireOther(admin: string, user: string): Promise<void> {
    if (user === admin) throw new ConflictException('Ask another admin: this is you.');
    if (!(await this.users.find(user))) throw new NotFoundException('There is no such user.');
  }
}
