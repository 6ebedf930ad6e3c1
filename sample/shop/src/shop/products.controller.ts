import { Controller, Get, NotFoundException, Param } from '@nestjs/common';
import { Session } from 'nest-session';
import { PRODUCTS, type Product } from './products.js';

const REMEMBERED = 4;

@Controller('api/products')
export class ProductsController {
  /** Declares no session, so it costs none: not one Redis command. */
  @Get()
  all(): readonly Product[] {
    return PRODUCTS;
  }

  /** Loads the field `viewed` and nothing else of the session, however large that is. */
  @Get(':sku')
  one(@Session('viewed', () => []) viewed: string[], @Param('sku') sku: string) {
    const product = PRODUCTS.find((known) => known.sku === sku);
    if (!product) throw new NotFoundException('The shop has no such product.');
    const others = viewed.filter((seen) => seen !== sku);
    viewed.splice(0, viewed.length, sku, ...others.slice(0, REMEMBERED - 1));
    return { product, viewed };
  }
}
