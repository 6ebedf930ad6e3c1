import { validateSync, type ValidationError } from 'class-validator';
import { contextOf, pathTo, problemsIn } from './option-check.js';
import { unknownOption } from './unknown-option.js';

/** The sentences of all refused options, in the order of their classes. */
export function findProblems(options: object): string[] {
  return validateSync(options, { whitelist: true, forbidNonWhitelisted: true }).flatMap(
    sentencesOf,
  );
}

function sentencesOf({
  target,
  property,
  value,
  constraints,
  children,
}: ValidationError): string[] {
  const own = Object.entries(constraints ?? {}).flatMap(([name, message]) => {
    if (name === 'option') return problemsIn(message);
    if (name !== 'whitelistValidation' || target === undefined) return [];
    return [unknownIn(target, property, value)];
  });
  return isPlaced(value) ? [...own, ...(children ?? []).flatMap(sentencesOf)] : own;
}

function unknownIn(target: object, property: string, value: unknown): string {
  const path = contextOf(target)?.path ?? '';
  const known = Object.keys(new (target.constructor as new () => object)());
  return unknownOption(path, property, value, known);
}

/** True for groups of options; what stands in a group's place is refused by its check, not by what it holds. */
function isPlaced(value: unknown): boolean {
  return typeof value === 'object' && value !== null && contextOf(value) !== undefined;
}
