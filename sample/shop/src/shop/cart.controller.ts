import { Body, ConflictException, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { Session } from 'nest-session';
import { Cart } from './shop-session.js';
import { PieceDto, PieceParams } from './shop.dto.js';

const ROOM = 99;

@Controller('api/cart')
export class CartController {
  @Get()
  show(@Session('cart', { default: () => new Cart(), readonly: true }) cart: Cart): Cart {
    return cart;
  }

  /** The cart is live: change it, and it is in Redis before the browser has the answer. */
  @Put(':id')
  put(
    @Session('cart', () => new Cart()) cart: Cart,
    @Param() { id }: PieceParams,
    @Body() { sku }: PieceDto,
  ): Cart {
    const isFull = Object.keys(cart.pieces).length >= ROOM;
    if (isFull && !(id in cart.pieces)) throw new ConflictException('The cart is full.');
    cart.pieces[id] = sku;
    return cart;
  }

  @Delete(':id')
  remove(@Session('cart', () => new Cart()) cart: Cart, @Param() { id }: PieceParams): Cart {
    delete cart.pieces[id];
    return cart;
  }
}
