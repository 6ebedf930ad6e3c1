import { isFieldName } from '../core/reserved-names.js';
import type { SchemaClass } from '../options/schema.options.js';
import type { ClassTransformer } from './class-transformer.js';
import type { PropertyValidator } from './property-validator.js';

/** What is known of a property, worked out once. */
export interface ClassField {
  /** Plain text is the string itself, never a number or boolean. */
  readonly isString: boolean;
  /** A date by its type alone, which needs no class-transformer. */
  readonly isDate: boolean;
  /** class-transformer may make something else of it. */
  readonly isTransformed: boolean;
  /** Whether null fits: the text `null` is then null also where the property is a string. */
  takesNull(): boolean;
}

/** The properties of a schema class: those decorated for class-validator or class-transformer, and those initialised. */
export function describeFields(
  type: SchemaClass,
  validator: PropertyValidator,
  transformer: ClassTransformer | undefined,
): ReadonlyMap<string, ClassField> {
  const names = [
    ...Object.keys(new type()),
    ...validator.names,
    ...(transformer?.namesOf(type) ?? []),
  ];
  return new Map(
    [...new Set(names)]
      .filter((name) => isFieldName(name))
      .map((name) => [name, describeField(type, name, validator, transformer)]),
  );
}

function describeField(
  type: SchemaClass,
  name: string,
  validator: PropertyValidator,
  transformer: ClassTransformer | undefined,
): ClassField {
  const declared: unknown = Reflect.getMetadata('design:type', type.prototype as object, name);
  const isTransformed = transformer?.changes(type, name) ?? false;
  let takesNull: boolean | undefined;
  return {
    isString: declared === String || validator.isString(name),
    isDate: declared === Date && !isTransformed,
    isTransformed,
    takesNull: () => (takesNull ??= fits(validator, name, null)),
  };
}

function fits(validator: PropertyValidator, name: string, value: unknown): boolean {
  try {
    return validator.checkNow(name, value).length === 0;
  } catch {
    return false; // A constraint that looks at other fields, which are not there.
  }
}
