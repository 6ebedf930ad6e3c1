import { isFieldName } from '../core/reserved-names.js';
import { describeValue } from './describe-value.js';
import { problem, type OptionCheck } from './option-check.js';
import { isOneOf, isPlainObject, listOf } from './simple-checks.js';

const POLICIES = ['deep', 'sum', 'last-write', 'reject'];

/** `merge`: a policy or function for each field named. */
export const areMergePolicies: OptionCheck = (value, site) => {
  if (!isPlainObject(value)) {
    const expected = `it must be an object of fields with ${listOf(POLICIES)} or a function each`;
    return [problem(site.path, value, expected, "Write merge: { visits: 'sum' }.")];
  }
  return Object.entries(value).flatMap(([field, policy]) => {
    const path = `${site.path}.${field}`;
    if (!isFieldName(field)) return [nameProblem(site.path, field)];
    return typeof policy === 'function' ? [] : isOneOf(POLICIES)(policy, { ...site, path });
  });
};

/** The sentence of a name that no field of a session can have. */
export function nameProblem(path: string, field: string): string {
  const expected =
    "a field's name must be 1 to 64 letters, digits or _ . : -, and no member of Session such as 'login' or 'save'";
  return problem(path, field, expected, `Rename the field ${describeValue(field)}.`);
}
