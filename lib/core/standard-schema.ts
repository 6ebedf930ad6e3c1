/**
 * What Zod, Valibot, ArkType and others have in common (https://standardschema.dev, version 1), written down here so
 * that no package is needed for it. `Input` is what a value looks like before validation, `Output` what it gives.
 */
export interface StandardSchemaV1<Input = unknown, Output = Input> {
  /** Everything the standard says about a schema. */
  readonly '~standard': StandardSchemaProps<Input, Output>;
}

/** The content of a schema's `~standard` property. */
export interface StandardSchemaProps<Input = unknown, Output = Input> {
  /** The version of the standard. */
  readonly version: 1;
  /** The library that made the schema, for messages. */
  readonly vendor: string;
  /** Checks a value, perhaps converts it, and may be asynchronous. */
  readonly validate: (
    value: unknown,
  ) => StandardSchemaResult<Output> | Promise<StandardSchemaResult<Output>>;
  /** Seen by the compiler only. */
  readonly types?: { readonly input: Input; readonly output: Output } | undefined;
}

/** What a schema's `validate` answers: a value, or at least one issue. */
export type StandardSchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardSchemaIssue[] };

/** One reason why a value was refused. */
export interface StandardSchemaIssue {
  /** For people; some libraries quote the refused value in it. */
  readonly message: string;
  /** The keys from the value down to the place, each bare or as `{ key }`; absent for the value as a whole. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The type that a schema gives. */
export type StandardSchemaOutput<Schema extends StandardSchemaV1> = NonNullable<
  Schema['~standard']['types']
>['output'];

/** One reason why a value was refused, its path always there and made of bare keys; `formatPath` spells it. */
export interface ValidationIssue {
  /** For people; some libraries quote the refused value in it, so it is not for logs. */
  readonly message: string;
  /** The keys from the value down to the place; empty for the value as a whole. */
  readonly path: readonly PropertyKey[];
}

/** A validated value, or why it was refused; tell them apart by `'issues' in outcome`. */
export type ValidationOutcome<Output> =
  { readonly value: Output } | { readonly issues: readonly ValidationIssue[] };

/** True for a schema of version 1 of the standard. It may be a function: ArkType's schemas are. */
export function isStandardSchema(value: unknown): value is StandardSchemaV1 {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return false;
  const props = (value as { readonly '~standard'?: unknown })['~standard'];
  if (typeof props !== 'object' || props === null) return false;
  const { version, validate } = props as {
    readonly version?: unknown;
    readonly validate?: unknown;
  };
  return version === 1 && typeof validate === 'function';
}

/**
 * Validates a value by a schema. Answers at once where the schema does, so that no request waits a turn for nothing;
 * `await` takes either.
 * @throws whatever the schema throws, or rejects with it
 */
export function validateStandard<Output>(
  schema: StandardSchemaV1<unknown, Output>,
  value: unknown,
): ValidationOutcome<Output> | Promise<ValidationOutcome<Output>> {
  const result = schema['~standard'].validate(value);
  return isPromise(result) ? Promise.resolve(result).then(normalise) : normalise(result);
}

function isPromise<T extends object>(value: T | Promise<T>): value is Promise<T> {
  return 'then' in value && typeof value.then === 'function';
}

function normalise<Output>(result: StandardSchemaResult<Output>): ValidationOutcome<Output> {
  if (result.issues === undefined) return { value: result.value };
  const issues = result.issues.map(({ message, path = [] }) => ({
    message,
    path: path.map(toKey),
  }));
  return { issues };
}

function toKey(segment: PropertyKey | { readonly key: PropertyKey }): PropertyKey {
  return typeof segment === 'object' ? segment.key : segment;
}
