import { decodeField } from '../core/field-codec.js';
import { MisfitError } from '../core/schema/plain-schema.js';
import type { SchemaClass } from '../options/schema.options.js';
import type { ClassField } from './class-fields.js';
import type { ClassTransformer } from './class-transformer.js';

/** Makes values of stored texts as a class wants them; does not judge them. */
export class ClassReader {
  readonly #type: SchemaClass;
  readonly #fields: ReadonlyMap<string, ClassField>;
  readonly #transformer: ClassTransformer | undefined;

  constructor(
    type: SchemaClass,
    fields: ReadonlyMap<string, ClassField>,
    transformer: ClassTransformer | undefined,
  ) {
    this.#type = type;
    this.#fields = fields;
    this.#transformer = transformer;
  }

  /** The values of a new instance. */
  defaults(): Record<string, unknown> {
    return { ...new this.#type() };
  }

  /** The JSON value of a text, a string where the class says string. */
  parse(field: string, text: string): unknown {
    const known = this.#fields.get(field);
    if (!known?.isString) return decodeField(text);
    return text.trim() === 'null' && known.takesNull() ? null : decodeField(text, 'string');
  }

  /**
   * The value of a text.
   * @throws MisfitError, DataError, and whatever a `@Transform()` throws
   */
  value(field: string, text: string): unknown {
    const json = this.parse(field, text);
    const known = this.#fields.get(field);
    let value = json;
    if (known?.isTransformed) value = this.#transformer?.transform(this.#type, field, json);
    else if (known?.isDate && typeof json === 'string') value = new Date(json);
    if (value instanceof Date && Number.isNaN(value.getTime())) {
      throw new MisfitError([`${field} must be a date`]);
    }
    return value;
  }
}
