import { Type } from 'class-transformer';
import { IsInt, IsString, ValidateNested } from 'class-validator';

class Text {
  @IsString() t: string = '';
}

/** The session's content as a class, each field with what it must be. */
export class SchemaSession {
  @IsString() mark?: string;
  @IsInt() a?: number;
  @IsInt() h?: number;
  @ValidateNested() @Type(() => Text) d?: Text;
  @ValidateNested() @Type(() => Text) k?: Text;
  @ValidateNested() @Type(() => Text) r?: Text;
  @IsString() b?: string;
  @IsString() c?: string;
  @IsString() e?: string;
  @IsString() f?: string;
  @IsString() g?: string;
  @IsString() i?: string;
  @IsString() j?: string;
  @IsString() l?: string;
  @IsString() m?: string;
  @IsString() n?: string;
  @IsString() o?: string;
  @IsString() p?: string;
  @IsString() q?: string;
  @IsString() s?: string;
  @IsString() t?: string;
  @IsString() u?: string;
}
