import type { MergePolicy } from '../core/merge.js';
import { PlainSchema } from '../core/schema/plain-schema.js';
import type { SessionSchema } from '../core/schema/session-schema.js';
import { isStandardSchema } from '../core/standard-schema.js';
import { mergePolicies } from '../decorators/merge.decorator.js';
import type { ResolvedSessionOptions } from '../options/resolved-options.js';
import { ClassSchema } from './class-schema.js';
import { loadClassTransformer } from './class-transformer.js';
import { ObjectSchema } from './object-schema.js';

/** The schema of an app's sessions, and what it says about parallel changes. */
export interface AppSchema {
  readonly schema: SessionSchema;
  /** How parallel changes of a field become one: by the option `merge`, then by `@Merge()`, then 'deep'. */
  readonly policyOf: (field: string) => MergePolicy;
}

/** Makes the schema that the options ask for. class-transformer is loaded here, and only for classes. */
export async function createSessionSchema(
  options: Pick<ResolvedSessionOptions, 'schema' | 'onInvalidData' | 'limits' | 'merge'>,
): Promise<AppSchema> {
  const { schema: given, onInvalidData, limits, merge } = options;
  if (given === undefined) {
    return { schema: new PlainSchema(limits, onInvalidData), policyOf: policiesOf(merge) };
  }
  const { type, whole, version, migrate } = given;
  if (isStandardSchema(type)) {
    const parts = { type, whole, version, migrate };
    const schema = await ObjectSchema.create(parts, limits, onInvalidData);
    return { schema, policyOf: policiesOf(merge) };
  }
  const transformer = await loadClassTransformer();
  const parts = { type, whole, version, migrate, transformer };
  return {
    schema: new ClassSchema(parts, limits, onInvalidData),
    policyOf: policiesOf(merge, mergePolicies(type)),
  };
}

function policiesOf(
  option: Readonly<Record<string, MergePolicy>>,
  declared?: ReadonlyMap<string, MergePolicy>,
): (field: string) => MergePolicy {
  return (field) => (Object.hasOwn(option, field) ? option[field] : declared?.get(field)) ?? 'deep';
}
