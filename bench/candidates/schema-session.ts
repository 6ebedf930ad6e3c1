import { IsArray, IsInt, IsString } from 'class-validator';

/** The session's content as a class, each field with what it must be. */
export class SchemaSession {
  @IsString() mark?: string;
  @IsInt() a?: number;
  @IsString() b?: string;
  @IsString() d?: string;
  @IsString() f?: string;
  @IsString() h?: string;
  @IsString() j?: string;
  @IsString() l?: string;
  @IsString() n?: string;
  @IsString() p?: string;
  @IsString() r?: string;
  @IsString() t?: string;
  @IsArray() c?: unknown[];
  @IsArray() e?: unknown[];
  @IsArray() g?: unknown[];
  @IsArray() i?: unknown[];
  @IsArray() k?: unknown[];
  @IsArray() m?: unknown[];
  @IsArray() o?: unknown[];
  @IsArray() q?: unknown[];
  @IsArray() s?: unknown[];
  @IsArray() u?: unknown[];
}
