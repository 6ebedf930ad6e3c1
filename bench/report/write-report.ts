import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_QUESTIONS } from '../questions/all-questions.js';
import type { Result } from '../questions/result.js';
import { barChart } from './bar-chart.js';
import { replaceMeasured } from './between-markers.js';
import { measuredPage } from './page.js';
import { chartOf } from './plots.js';
import { ResultsFile } from './results-file.js';

/** Keeps an answer and puts it into the page and its plot. */
export function writeReport(root: string, result: Result): void {
  const file = new ResultsFile(join(root, 'bench/results.ndjson'));
  file.put(result);
  const page = join(root, 'docs/performance.md');
  const measured = measuredPage(file.read(), ALL_QUESTIONS);
  writeFileSync(page, replaceMeasured(readFileSync(page, 'utf8'), measured));
  const chart = chartOf(result);
  if (!chart) return;
  mkdirSync(join(root, 'docs/performance'), { recursive: true });
  writeFileSync(join(root, `docs/performance/${result.id}.svg`), barChart(chart));
}
