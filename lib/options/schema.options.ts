import type { StandardSchemaV1 } from '../core/standard-schema.js';

/** A class with class-validator's decorators, made without arguments; its initialisers are the fields' defaults. */
export type SchemaClass = new () => object;

/** What the stored data must look like. */
export type SchemaType = SchemaClass | StandardSchemaV1;

/**
 * Turns data stored under an older version into data of the present one.
 * @param data fields of the session by name, a copy
 * @param fromVersion version under which they were stored; 0 where none was given then
 */
export type SchemaMigration = (
  data: Record<string, unknown>,
  fromVersion: number,
) => Record<string, unknown> | Promise<Record<string, unknown>>;

/** A schema with more to say than its type. */
export interface SchemaOptions {
  /** The class or Standard Schema itself. */
  readonly type: SchemaType;
  /** True checks the session as a whole, for rules between fields, and so loads all of it; default false: field by field. */
  readonly whole?: boolean;
  /** Version of the schema, a positive whole number stored with the data; goes with `migrate`. */
  readonly version?: number;
  /** Brings data of older versions up to date when they are read; goes with `version`. */
  readonly migrate?: SchemaMigration;
}

/** What `schema` takes. */
export type SessionSchemaOption = SchemaType | SchemaOptions;
