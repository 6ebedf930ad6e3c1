import { BadRequestException, Controller, Get, Param, Put } from '@nestjs/common';
import { Authenticated, FreshLogin, Principal, Session } from 'nest-session';
import { PRODUCTS } from '../products.js';
import { Cart } from '../shop-session.js';
import { PieceParams } from '../shop.dto.js';
import { OrdersService } from './orders.service.js';

/** Longest time since the password was given. `FRESH_LOGIN=20s npm start` shows sooner what happens then. */
const FRESH = (process.env['FRESH_LOGIN'] ?? '5m') as '5m';

@Controller('api/orders')
@Authenticated()
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Get()
  list(@Principal('id') user: string) {
    return this.orders.list(user);
  }

  /** The browser makes the order's id: asking twice buys once. */
  @Put(':id')
  @FreshLogin(FRESH)
  async place(
    @Session('cart', () => new Cart()) cart: Cart,
    @Principal('id') user: string,
    @Param() { id }: PieceParams,
  ) {
    const pieces = { ...cart.pieces };
    const at = new Date().toISOString();
    const order = await this.orders.place(user, { id, pieces, total: totalOf(pieces), at });
    if (!order) throw new BadRequestException('The cart is empty.');
    for (const piece of Object.keys(order.pieces)) delete cart.pieces[piece];
    return { order, cart };
  }
}

function totalOf(pieces: Record<string, string>): number {
  const priceOf = (sku: string): number => PRODUCTS.find((one) => one.sku === sku)?.price ?? 0;
  return Object.values(pieces).reduce((sum, sku) => sum + priceOf(sku), 0);
}
