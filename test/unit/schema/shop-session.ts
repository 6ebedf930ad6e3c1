import { Exclude, Transform, Type } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  IsArray,
  IsDate,
  IsInt,
  IsOptional,
  IsPositive,
  IsString,
  ValidateNested,
} from 'class-validator';

export class Price {
  @IsPositive() amount!: number;
  @IsString() currency: string = 'EUR';

  constructor(amount?: number) {
    if (amount !== undefined) this.amount = amount;
  }

  toString(): string {
    return `${this.amount} ${this.currency}`;
  }
}

export class Item {
  @IsString() sku!: string;
  @IsInt() @IsPositive() qty: number = 1;
  @Type(() => Price) @ValidateNested() @IsOptional() price?: Price;
  @Exclude() @Allow() supplier?: string;

  constructor(sku?: string, qty?: number) {
    if (sku !== undefined) this.sku = sku;
    if (qty !== undefined) this.qty = qty;
  }
}

export class Cart {
  @Type(() => Item) @ValidateNested({ each: true }) @IsArray() @ArrayMaxSize(3) items: Item[] = [];

  get count(): number {
    return this.items.reduce((sum, { qty }) => sum + qty, 0);
  }
}

class Visitor {
  @IsOptional() @IsString() language?: string;
}

/** A class schema with all that one can have. */
export class ShopSession extends Visitor {
  @IsOptional() @IsString() name?: string | null;
  @IsOptional() @Type(() => Cart) @ValidateNested() cart: Cart = new Cart();
  @IsInt() visits: number = 0;
  @IsOptional() @Type(() => Date) @IsDate() since?: Date;
  @IsOptional() @IsDate() plainDate?: Date;
  @IsOptional() @IsString({ each: true }) tags?: string[];
  @IsOptional() @Transform(({ value }) => String(value).toUpperCase()) @IsString() code?: string;
  @Allow() anything?: unknown;
  /** A string by its type only. */
  @Allow() label?: string;
  /** Known by its initialiser only. */
  note: string = 'none';
  /** Known by class-transformer only. */
  @Type(() => Price) offer?: Price;
}
