import { IsIn, IsString, IsUUID, MaxLength } from 'class-validator';
import { SKUS } from './products.js';

export class NameDto {
  @IsString() @MaxLength(40) name!: string;
}

export class PieceDto {
  @IsIn(SKUS) sku!: string;
}

export class PieceParams {
  @IsUUID() id!: string;
}
