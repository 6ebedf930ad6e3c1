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

/** A message without the value it quotes: what is in a session may be a secret. */
export function withoutQuoted(message: string, value: unknown): string {
  if (!['string', 'number', 'boolean', 'bigint'].includes(typeof value)) return message;
  const shown = String(value);
  if (shown === '' || !message.includes(shown)) return message;
  const literal = shown.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const whole = new RegExp(`(?<![\\p{L}\\p{N}_])["']?${literal}["']?(?![\\p{L}\\p{N}_])`, 'gu');
  return message.replace(whole, 'this value');
}

/** Only developers' messages with `$value` print the value; others may have the same word in them by chance. */
function withoutValue(message: string, { target, property, value }: ValidationError): string {
  const printsValue =
    target &&
    getMetadataStorage()
      .getTargetValidationMetadatas(target.constructor, '', false, false)
      .some((given) => given.propertyName === property && String(given.message).includes('$value'));
  return printsValue ? withoutQuoted(message, value) : message;
}
