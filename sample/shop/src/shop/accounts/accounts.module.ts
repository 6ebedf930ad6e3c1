import { Module } from '@nestjs/common';
import { AccountController } from './account.controller.js';
import { AdminController } from './admin.controller.js';
import { DevicesController } from './devices.controller.js';
import { EventsController } from './events.controller.js';
import { UsersService } from './users.service.js';

@Module({
  controllers: [AccountController, DevicesController, EventsController, AdminController],
  providers: [UsersService],
})
export class AccountsModule {}
