import { parseArgs } from 'node:util';
import { FULL, QUICK, type Effort } from './effort.js';

interface Asked {
  readonly id: string;
  /** Whether `--quick` asks it. */
  readonly quick: boolean;
}

/** What to measure. */
export interface Arguments<Question extends Asked> {
  readonly effort: Effort;
  readonly questions: readonly Question[];
}

/**
 * `--quick`, `--only <a question's name, or the beginning of several>` (again for more).
 *
 * @throws Error when no question has such a name
 */
export function readArguments<Question extends Asked>(
  args: readonly string[],
  all: readonly Question[],
): Arguments<Question> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
    },
  });
  const { quick, only } = values;
  for (const name of only) {
    if (all.some(({ id }) => id.startsWith(name))) continue;
    throw new Error(
      `No question begins with '${name}'. There are ${all.map(({ id }) => id).join(', ')}.`,
    );
  }
  const isNamed = (id: string, name: string): boolean =>
    all.some((question) => question.id === name) ? id === name : id.startsWith(name);
  const isAsked = ({ id, quick: ofQuick }: Question): boolean =>
    only.length > 0 ? only.some((name) => isNamed(id, name)) : ofQuick || !quick;
  return { effort: quick ? QUICK : FULL, questions: all.filter(isAsked) };
}
