import { Module } from '@nestjs/common';
import { SessionModule } from 'nest-session';
import { CartController } from './cart.controller.js';
import { ProductsController } from './products.controller.js';
import { VisitorController } from './visitor.controller.js';

@Module({
  imports: [
    SessionModule.forRoot({
      // Some nodes are enough: the client finds the others.
      redis: { nodes: process.env['REDIS_NODES']?.split(',') ?? [] },
      // The same on all servers: what one has signed the others verify.
      secret: process.env['SESSION_SECRET'],
      timeouts: { anonymous: { idle: '12h', absolute: '24h' } },
    }),
  ],
  controllers: [CartController, ProductsController, VisitorController],
})
export class ShopModule {}
