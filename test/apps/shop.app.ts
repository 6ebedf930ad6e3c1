import { Body, Controller, Get, Module, Param, Post, Session as NestSession } from '@nestjs/common';
import {
  Session,
  SessionModule,
  UseSession,
  type SessionModuleOptionsInput,
} from '../../lib/index.js';
import type { AppConfig } from './app-config.js';

interface Shop {
  name?: string;
  cart?: { sku: string; quantity: number }[];
  history?: string[];
  visits?: number;
}

export function createModule(config: AppConfig, options: SessionModuleOptionsInput): unknown {
  const server = config.server ?? 'server';

  @Controller()
  class ShopController {
    @Get('ping')
    ping() {
      return { server };
    }

    @Get()
    all(@Session() session: Session<Shop>) {
      return { server, session };
    }

    @Get('nest')
    nest(@NestSession() session: Session<Shop>) {
      return { server, session };
    }

    @Post('name/:name')
    name(@Session() session: Session<Shop>, @Param('name') name: string) {
      session.name = name;
      return { server, name };
    }

    @Post('cart')
    add(
      @Session('cart', () => []) cart: NonNullable<Shop['cart']>,
      @Body() item: { sku: string; quantity: number },
    ) {
      cart.push(item);
      return { server, cart };
    }

    @Get('cart')
    cart(@Session('cart', () => []) cart: NonNullable<Shop['cart']>) {
      return { server, cart };
    }

    @Post('history/:page')
    visit(@Session('history', () => []) history: string[], @Param('page') page: string) {
      history.push(page);
      return { server, history };
    }

    @Post('set/:field')
    set(
      @Session() session: Session<Record<string, unknown>>,
      @Param('field') field: string,
      @Body() body: { value: unknown },
    ) {
      session[field] = body.value;
      return { server };
    }

    @Post('destroy')
    async destroy(@Session() session: Session<Shop>) {
      await session.destroy();
      return { server };
    }

    @Post('rotate')
    @UseSession()
    async rotate(@Session() session: Session<Shop>) {
      const { handle } = await session.rotate();
      return { server, handle };
    }
  }

  @Module({ imports: [SessionModule.forRoot(options)], controllers: [ShopController] })
  class AppModule {}
  return AppModule;
}
