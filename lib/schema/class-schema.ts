import {
  MisfitError,
  misfitLines,
  PlainSchema,
  type FieldLimits,
  type InvalidDataPolicy,
  type SchemaVersion,
} from '../core/schema/plain-schema.js';
import type { Opening } from '../core/schema/session-schema.js';
import { decodeField } from '../core/field-codec.js';
import type { SchemaClass } from '../options/schema.options.js';
import { ClassReader } from './class-reader.js';
import { describeFields, type ClassField } from './class-fields.js';
import type { ClassTransformer } from './class-transformer.js';
import { issueLines } from './issue-lines.js';
import { PropertyValidator } from './property-validator.js';

/** What a class schema is made of. */
export interface ClassSchemaParts extends SchemaVersion {
  readonly type: SchemaClass;
  /** Whether constraints look at other fields. */
  readonly whole: boolean;
  /** Undefined where the app has not installed it: nested values stay plain objects. */
  readonly transformer: ClassTransformer | undefined;
}

type Values = Record<string, unknown>;

/**
 * Fields as a class with class-validator's decorators describes them. It is closed: what it does not know is not written.
 *
 * A value is judged as it will come back from the store, not as the handler holds it, so that what was saved also fits when
 * it is read. Stored is always JSON as `JSON.stringify` makes it; class-transformer is for reading only.
 */
export class ClassSchema extends PlainSchema {
  override readonly fieldNames: readonly string[];
  override readonly defaultNames: readonly string[];
  override readonly whole: boolean;
  readonly #type: SchemaClass;
  readonly #reader: ClassReader;
  readonly #validator: PropertyValidator;
  readonly #fields: ReadonlyMap<string, ClassField>;
  /** The last text of each field that was found to fit: a field is read again for the look at what changed. */
  readonly #fitting = new Map<string, string>();

  constructor(parts: ClassSchemaParts, limits: FieldLimits, onInvalidData: InvalidDataPolicy) {
    super(limits, onInvalidData, parts);
    const { type, transformer } = parts;
    this.#type = type;
    this.#validator = PropertyValidator.of(type);
    this.#fields = describeFields(type, this.#validator, transformer);
    this.#reader = new ClassReader(type, this.#fields, transformer);
    this.whole = parts.whole;
    this.fieldNames = [...this.#fields.keys()];
    const defaults = this.#reader.defaults();
    this.defaultNames = this.fieldNames.filter((name) => defaults[name] !== undefined);
  }

  override async open(texts: ReadonlyMap<string, string>): Promise<Opening> {
    return this.whole ? this.#openWhole(texts) : super.open(texts);
  }

  override parse(field: string, text: string): unknown {
    return this.#reader.parse(field, text);
  }

  /** Merges compare what both sides hold: with the defaults of nested classes, not as it happens to be stored. */
  override decode(field: string, text: string): unknown {
    const json = super.decode(field, text);
    if (!this.#fields.get(field)?.isTransformed) return json;
    try {
      const value = this.#reader.value(field, text);
      return value === undefined ? json : decodeField(this.encode(field, value));
    } catch {
      return json;
    }
  }

  override fallback(field: string): (() => unknown) | undefined {
    return this.defaultNames.includes(field) ? () => this.#reader.defaults()[field] : undefined;
  }

  override async validate(
    changed: ReadonlyMap<string, unknown>,
    whole: () => Values,
  ): Promise<readonly string[]> {
    const unknown = [...changed].filter(
      ([field, value]) => value !== undefined && !this.#fields.has(field),
    );
    const lines = unknown.map(
      ([field]) =>
        `${field} is no property of ${this.#type.name}, so it can't be stored. Declare it there and decorate it, with @Allow() at least.`,
    );
    const problems = this.whole
      ? await this.#problemsTogether(changed, whole())
      : await Promise.all([...changed].map(([field, value]) => this.#problems(field, value)));
    return [...lines, ...problems.flat()];
  }

  protected override read(field: string, text: string): unknown {
    const value = this.#reader.value(field, text);
    if (this.whole || this.#fitting.get(field) === text) return value;
    const lines = value === undefined ? [] : this.#validator.checkNow(field, value);
    if (lines.length > 0) throw new MisfitError(lines);
    if (this.#fields.has(field)) this.#fitting.set(field, text);
    return value;
  }

  /** The value as the next request will have it. */
  #comesBackAs(field: string, value: unknown): unknown {
    return value === undefined ? undefined : this.#reader.value(field, this.encode(field, value));
  }

  async #problems(field: string, value: unknown): Promise<readonly string[]> {
    const known = this.#fields.get(field);
    if (!known) return [];
    try {
      const back = this.#comesBackAs(field, value);
      if (known.isTransformed || known.isDate) {
        const unstable = this.#instability(field, value, back);
        return [...(await this.#validator.check(field, back)), ...unstable];
      }
      const lines = await this.#validator.check(field, value);
      if (lines.length > 0 || typeof value !== 'object') return lines;
      // A class whose @Type was forgotten passes now, and would be dropped when it is read.
      return this.#validator
        .checkNow(field, back)
        .map((line) => `${line} when it is read again: its property may need @Type()`);
    } catch (error) {
      return misfitLines(field, error);
    }
  }

  /** A @Transform that is undone nowhere would change the value a little more with every request that stores it. */
  #instability(field: string, value: unknown, back: unknown): readonly string[] {
    if (value === undefined || back === undefined) return [];
    const text = this.encode(field, back);
    if (text === this.encode(field, value)) return [];
    const again = this.#reader.value(field, text);
    if (again !== undefined && this.encode(field, again) === text) return [];
    return [
      `${field} changes whenever it is read: give its @Transform() a result that it leaves as it is (toPlainOnly is not used)`,
    ];
  }

  async #problemsTogether(
    changed: ReadonlyMap<string, unknown>,
    values: Values,
  ): Promise<readonly string[]> {
    const judged = { ...values };
    try {
      for (const [field, value] of changed) judged[field] = this.#comesBackAs(field, value);
    } catch (error) {
      return misfitLines([...changed.keys()].join(', '), error);
    }
    return issueLines(await this.#validator.checkAll(judged));
  }

  /** Fields are dropped until the rest fits together; what is absent is no misfit, as every session begins empty. */
  async #openWhole(texts: ReadonlyMap<string, string>): Promise<Opening> {
    const defaults = this.#reader.defaults();
    const values = { ...defaults };
    const stored = new Set<string>();
    const dropped = new Map<string, undefined>();
    const unreadable: string[] = [];
    for (const field of this.fieldNames) {
      const text = texts.get(field);
      if (text === undefined) continue;
      try {
        values[field] = this.#reader.value(field, text);
        stored.add(field);
      } catch (error) {
        dropped.set(field, undefined);
        unreadable.push(...misfitLines(field, error));
      }
    }
    for (let lines = unreadable; ;) {
      const errors = (await this.#validator.checkAll(values)).filter(({ property }) =>
        stored.has(property),
      );
      lines = [...lines, ...issueLines(errors)];
      if (lines.length > 0 && this.onInvalidData === 'reset') return 'reset';
      if (lines.length > 0) this.invalid('What is stored in the session does', lines);
      if (errors.length === 0) return dropped;
      for (const { property } of errors) {
        stored.delete(property);
        dropped.set(property, undefined);
        values[property] = defaults[property];
      }
    }
  }
}
