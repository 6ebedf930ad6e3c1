import type { SchemaClass } from '../options/schema.options.js';

/** What is used of class-transformer, an optional peer. */
export interface ClassTransformer {
  /** Names of the properties with `@Type`, `@Transform` or `@Expose`, those of parent classes included. */
  namesOf(type: SchemaClass): readonly string[];
  /** Whether class-transformer may make something else of the property than it is as JSON. */
  changes(type: SchemaClass, property: string): boolean;
  /** The property's value as class-transformer makes it of JSON. May change what it is given. */
  transform(type: SchemaClass, property: string, json: unknown): unknown;
}

type PropertyMap = ReadonlyMap<unknown, ReadonlyMap<string, unknown>>;

/** class-transformer's own register, which it does not export. */
interface Register {
  readonly _typeMetadatas?: PropertyMap;
  readonly _transformMetadatas?: PropertyMap;
  readonly _exposeMetadatas?: PropertyMap;
}

/** Loads class-transformer; undefined where the app has not installed it. */
export async function loadClassTransformer(): Promise<ClassTransformer | undefined> {
  try {
    const { plainToInstance } = await import('class-transformer');
    const register = await loadRegister();
    const changing = [register?._typeMetadatas, register?._transformMetadatas];
    return {
      namesOf: (type) =>
        [...changing, register?._exposeMetadatas].flatMap((map) => namesIn(map, type)),
      changes: (type, property) =>
        register === undefined || changing.some((map) => namesIn(map, type).includes(property)),
      transform: (type, property, json) => {
        // @Expose and @Exclude are about answers to clients; what is stored must come back.
        const instance = plainToInstance(type, { [property]: json }, { ignoreDecorators: true });
        return (instance as Readonly<Record<string, unknown>>)[property];
      },
    };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** As @nestjs/mapped-types finds it. Without it all properties count as changed. */
async function loadRegister(): Promise<Register | undefined> {
  try {
    const path = 'class-transformer/cjs/storage.js';
    const storage = (await import(path)) as { readonly defaultMetadataStorage?: Register };
    return storage.defaultMetadataStorage;
  } catch {
    return undefined;
  }
}

function namesIn(map: PropertyMap | undefined, type: SchemaClass): string[] {
  const names: string[] = [];
  for (let at: unknown = type; typeof at === 'function'; at = Object.getPrototypeOf(at)) {
    names.push(...(map?.get(at)?.keys() ?? []));
  }
  return names;
}

function isMissing(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}
