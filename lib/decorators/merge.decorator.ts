import { SessionOptionsError } from '../core/errors.js';
import type { MergePolicy } from '../core/merge.js';
import { isFieldName } from '../core/reserved-names.js';

const POLICIES = new WeakMap<object, Map<string, MergePolicy>>();
const NAMES: readonly unknown[] = ['deep', 'sum', 'last-write', 'reject'];

/**
 * How parallel changes of a property of a class schema become one; the option `merge` wins over it.
 *
 * @example
 * class ShopSession { @IsInt() @Merge('sum') visits = 0; }
 */
export function Merge(policy: MergePolicy): PropertyDecorator {
  return (target, property) => {
    const place = `@Merge() on ${target.constructor.name}.${String(property)}`;
    if (typeof property !== 'string' || !isFieldName(property)) {
      throw new SessionOptionsError([`${place}: a session can't have a field of this name.`]);
    }
    if (typeof policy !== 'function' && !NAMES.includes(policy)) {
      throw new SessionOptionsError([
        `${place}: the policy must be 'deep', 'sum', 'last-write', 'reject' or a function.`,
      ]);
    }
    const policies = POLICIES.get(target.constructor) ?? new Map<string, MergePolicy>();
    POLICIES.set(target.constructor, policies.set(property, policy));
  };
}

/** The merge policies that a class and its parents declare, by field; the class wins over its parents. */
export function mergePolicies(type: object): ReadonlyMap<string, MergePolicy> {
  const policies = new Map<string, MergePolicy>();
  for (let at: unknown = type; typeof at === 'function'; at = Object.getPrototypeOf(at)) {
    for (const [field, policy] of POLICIES.get(at) ?? []) {
      if (!policies.has(field)) policies.set(field, policy);
    }
  }
  return policies;
}
