import { getMetadataStorage } from 'class-validator';
import { isFieldName } from '../core/reserved-names.js';
import { isStandardSchema } from '../core/standard-schema.js';
import { isClass } from './describe-value.js';
import { nameProblem } from './merge-check.js';
import { problem } from './option-check.js';
import type { SchemaType } from './schema.options.js';
import { isPlainObject } from './simple-checks.js';

/** True for a schema alone, as opposed to one with options around it. */
export function isSchemaType(value: unknown): value is SchemaType {
  return isStandardSchema(value) || isClass(value);
}

/** A class-validator class or a Standard Schema whose fields have names that fields can have. */
export function schemaTypeProblems(type: unknown, path: string): string[] {
  if (isStandardSchema(type)) return namesProblems(standardNames(type), path);
  if (isClass(type)) return classProblems(type, path);
  const expected =
    'it must be a class with decorators of class-validator, or a Standard Schema (zod, valibot, arktype)';
  return [problem(path, type, expected, `Write ${path}: ShopSession, the class itself.`)];
}

function classProblems(type: new () => object, path: string): string[] {
  const decorated = decoratedNames(type);
  if (decorated.length === 0) {
    const expected = 'it has no decorator of class-validator, so all data would be refused';
    return [problem(path, type, expected, 'Decorate its properties, with @Allow() at least.')];
  }
  try {
    return namesProblems([...decorated, ...Object.keys(new type())], path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'something else than an Error';
    const expected = `new ${type.name}() threw ${reason}`;
    return [problem(path, type, expected, 'Let its constructor work without arguments.')];
  }
}

/** Names of the properties that class-validator knows of, those of parent classes included. */
function decoratedNames(type: new () => object): string[] {
  return getMetadataStorage()
    .getTargetValidationMetadatas(type, '', true, false)
    .map(({ propertyName }) => propertyName);
}

/** The fields of a Standard Schema where it shows them, as zod (`shape`) and valibot (`entries`) do. */
function standardNames(schema: object): string[] {
  const { shape, entries } = schema as { readonly shape?: unknown; readonly entries?: unknown };
  const fields = isPlainObject(shape) ? shape : entries;
  return isPlainObject(fields) ? Object.keys(fields) : [];
}

function namesProblems(names: readonly string[], path: string): string[] {
  return [...new Set(names)]
    .filter((name) => !isFieldName(name))
    .map((name) => nameProblem(path, name));
}
