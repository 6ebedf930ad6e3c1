import { getMetadataStorage, type ValidationError } from 'class-validator';
import { formatPath } from '../core/data-error.js';

/** A problem in one line that starts with the path: `cart.items[0].qty must be a positive number`. */
export function issueLine(keys: readonly PropertyKey[], message: string): string {
  const path = formatPath('', keys);
  const last = String(keys.at(-1) ?? '');
  if (last !== '' && message.startsWith(`${last} `)) return path + message.slice(last.length);
  return path === '' ? message : `${path}: ${message}`;
}

/** The problems that class-validator found, each in one line, without the values that are wrong. */
export function issueLines(
  errors: readonly ValidationError[],
  parents: readonly PropertyKey[] = [],
  inArray: boolean = false,
): string[] {
  return errors.flatMap((error) => {
    const { property, constraints = {}, children = [] } = error;
    const keys = [...parents, inArray ? Number(property) : property];
    return [
      ...Object.values(constraints).map((message) => issueLine(keys, withoutValue(message, error))),
      ...issueLines(children, keys, Array.isArray(error.value)),
    ];
  });
}

/** The developer's message with `$value` left out: what is in a session may be a secret. */
function withoutValue(message: string, { target, property, value }: ValidationError): string {
  const shown = ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '';
  if (shown === '' || !message.includes(shown) || !target) return message;
  const printsValue = getMetadataStorage()
    .getTargetValidationMetadatas(target.constructor, '', false, false)
    .some((given) => given.propertyName === property && String(given.message).includes('$value'));
  return printsValue ? message.replaceAll(shown, 'the value') : message;
}
