import { getMetadataStorage, validate, validateSync, type ValidationError } from 'class-validator';
import type { SchemaClass } from '../options/schema.options.js';
import { issueLines } from './issue-lines.js';

/** What class-validator keeps of one decorator. */
type Metadata = ReturnType<
  ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']
>[number];

/** Nested plain objects have no decorators: they pass, as they would without class-transformer. */
const OPTIONS = { forbidUnknownValues: false };

/** One per class: what it registers with class-validator is never freed. */
const VALIDATORS = new WeakMap<SchemaClass, PropertyValidator>();

/** Judges values of a class-validator class: one property at a time, or all of them together. */
export class PropertyValidator {
  readonly #type: SchemaClass;
  /** For each property a class of its own with only its decorators, so that judging one costs only that one. */
  readonly #carriers = new Map<string, new () => object>();

  private constructor(type: SchemaClass) {
    this.#type = type;
    for (const metadata of metadataOf(type)) this.#carry(metadata);
  }

  /** The validator of a class. */
  static of(type: SchemaClass): PropertyValidator {
    let validator = VALIDATORS.get(type);
    if (!validator) VALIDATORS.set(type, (validator = new PropertyValidator(type)));
    return validator;
  }

  /** Names of the decorated properties, those of parent classes included. */
  get names(): readonly string[] {
    return [...this.#carriers.keys()];
  }

  /** Whether the property is decorated with `@IsString()` as such, not its elements. */
  isString(property: string): boolean {
    return metadataOf(this.#type).some(
      ({ propertyName, name, each }) => propertyName === property && name === 'isString' && !each,
    );
  }

  /** Problems of a property's value, without waiting: asynchronous validators are left out. */
  checkNow(property: string, value: unknown): string[] {
    const instance = this.#instance(property, value);
    return instance ? issueLines(validateSync(instance, OPTIONS)) : [];
  }

  /** Problems of a property's value. */
  async check(property: string, value: unknown): Promise<string[]> {
    const instance = this.#instance(property, value);
    return instance ? issueLines(await validate(instance, OPTIONS)) : [];
  }

  /** Problems of the properties together; constraints may look at any of them. */
  async checkAll(values: Readonly<Record<string, unknown>>): Promise<ValidationError[]> {
    const instance = Object.create(this.#type.prototype as object) as object;
    for (const [name, value] of Object.entries(values)) define(instance, name, value);
    return validate(instance, OPTIONS);
  }

  #carry(metadata: Metadata): void {
    const { propertyName } = metadata;
    let carrier = this.#carriers.get(propertyName);
    if (!carrier) {
      carrier = class {};
      // Validators and messages see the name of the schema's class.
      Object.defineProperty(carrier, 'name', { value: this.#type.name });
      this.#carriers.set(propertyName, carrier);
    }
    const copy = Object.create(Object.getPrototypeOf(metadata) as object) as Metadata;
    getMetadataStorage().addValidationMetadata(Object.assign(copy, metadata, { target: carrier }));
  }

  /** An instance of the schema's class to all that look at it but class-validator, which asks its `constructor`. */
  #instance(property: string, value: unknown): object | undefined {
    const carrier = this.#carriers.get(property);
    if (!carrier) return undefined;
    const instance = Object.create(this.#type.prototype as object) as object;
    Object.defineProperty(instance, 'constructor', { value: carrier });
    define(instance, property, value);
    return instance;
  }
}

/** Past setters, should the class have one. */
function define(instance: object, name: string, value: unknown): void {
  const how = { value, enumerable: true, configurable: true, writable: true };
  Object.defineProperty(instance, name, how);
}

function metadataOf(type: SchemaClass): Metadata[] {
  return getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
}
