import { Module } from '@nestjs/common';
import { SessionModule } from 'nest-session';
import { AccountsModule } from './accounts/accounts.module.js';
import { CartController } from './cart.controller.js';
import { OrdersModule } from './orders/orders.module.js';
import { ProductsController } from './products.controller.js';
import { VisitorController } from './visitor.controller.js';

@Module({
  imports: [
    SessionModule.forRoot({
      // Some nodes are enough: the client finds the others.
      redis: { nodes: process.env['REDIS_NODES']?.split(',') ?? [] },
      // The same on all servers: what one has signed the others verify.
      secret: process.env['SESSION_SECRET'],
      // What happens on one server is told on all of them.
      events: { cluster: true },
      timeouts: { anonymous: { idle: '12h', absolute: '24h' } },
    }),
    AccountsModule,
    OrdersModule,
  ],
  controllers: [CartController, ProductsController, VisitorController],
})
export class ShopModule {}
