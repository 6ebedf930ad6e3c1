import type { Question } from '../questions/question.js';
import type { Result } from '../questions/result.js';
import { ALL_TARGETS } from './all-targets.js';
import { chartOf } from './plots.js';
import { tableOf } from './table.js';
import { targetsTable } from './targets-table.js';

/** What stands between the markers of docs/performance.md. */
export function measuredPage(results: readonly Result[], order: readonly Question[]): string {
  const answers = (id: string): Result | undefined => results.find((result) => result.id === id);
  const asked = order.flatMap(({ id }) => answers(id) ?? []);
  return [
    '## Targets\n',
    targetsTable(ALL_TARGETS, answers),
    '\n## Tables',
    ...asked.map(sectionOf),
  ].join('\n');
}

function sectionOf(result: Result): string {
  const { id, title, day, effort, machine } = result;
  const plot = chartOf(result) ? `\n![${title}](performance/${id}.svg)\n` : '';
  const name = `${title[0]!.toUpperCase()}${title.slice(1)}`;
  return `\n### ${name}\n\n${tableOf(result)}\n${plot}\n\`${id}\`, ${day}, ${effort} run; ${machine}.`;
}
