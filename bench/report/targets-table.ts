import { verdictOf, type Answers, type Target } from './targets.js';

const HEAD = ['target', 'must', 'after', 'measured', 'verdict'];

/** All targets with what was measured, as Markdown. */
export function targetsTable(targets: readonly Target[], answers: Answers): string {
  const rows = targets.map((target) => {
    const { text, must, after, better, unit } = target;
    const measured = target.measured(answers);
    const bound = (value: number): string =>
      `${better === 'more' ? '' : 'at most '}${Number(value.toFixed(1))}${unit}`;
    const shown = measured === undefined ? '' : `${Number(measured.toFixed(2))}${unit}`;
    return [text, bound(must), bound(after), shown, verdictOf(target, measured)];
  });
  const lines = [HEAD, ['---', '--:', '--:', '--:', '---'], ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
