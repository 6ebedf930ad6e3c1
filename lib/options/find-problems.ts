import { validateSync, type ValidationError } from 'class-validator';
import { contextOf, problemsIn } from './option-check.js';

/** Should never be needed; without it options that class-validator refused to look at would pass. */
const UNCHECKED =
  'options: class-validator could not check them. Make sure that one version of it is installed (npm ls class-validator).';

/** The sentences of all refused options, in the order of their classes. */
export function findProblems(options: object): string[] {
  const errors = validateSync(options);
  const problems = errors.flatMap(sentencesOf);
  return errors.length > 0 && problems.length === 0 ? [UNCHECKED] : problems;
}

function sentencesOf({ value, constraints, children }: ValidationError): string[] {
  const message = constraints?.option;
  const own = message === undefined ? [] : problemsIn(message);
  return isGroup(value) ? [...own, ...(children ?? []).flatMap(sentencesOf)] : own;
}

/** True for groups of options; what stands in a group's place is refused by its check, not by what it holds. */
function isGroup(value: unknown): boolean {
  return typeof value === 'object' && value !== null && contextOf(value) !== undefined;
}
