// Measures: `npm run bench -- [--quick] [--only <question>]`.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArguments } from './arguments.js';
import { loadCandidates } from './candidates/load-candidates.js';
import { FULL } from './effort.js';
import { Lab } from './lab.js';
import { ALL_QUESTIONS } from './questions/all-questions.js';
import type { Result } from './questions/result.js';
import { machineLine } from './report/machine.js';
import { ALL_TARGETS } from './report/all-targets.js';
import { tableOf } from './report/table.js';
import { targetsTable } from './report/targets-table.js';
import { writeReport } from './report/write-report.js';
import { subjectsOf } from './subject.js';

/** This program is `bench/.compiled/bench/run.js`. */
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');

const { effort, questions } = readArguments(process.argv.slice(2), ALL_QUESTIONS);
const machine = await machineLine();
const subjects = subjectsOf(await loadCandidates());
const lab = await Lab.open();
const results: Result[] = [];
let failed = 0;
try {
  for (const question of questions) {
    const begin = performance.now();
    const { id, title, kind } = question;
    const rows = await question.ask(lab, subjects, effort);
    const day = new Date().toISOString().slice(0, 10);
    const result: Result = { id, title, kind, day, effort: effort.name, machine, rows };
    failed += rows.filter(({ failures }) => Object.keys(failures).length > 0).length;
    const seconds = Math.round((performance.now() - begin) / 1000);
    results.push(result);
    if (effort === FULL) writeReport(ROOT, result);
    console.log(`\n${id}: ${title} (${seconds} s)\n\n${tableOf(result)}`);
  }
} finally {
  await lab.close();
}
const answers = (id: string): Result | undefined => results.find((result) => result.id === id);
const measured = ALL_TARGETS.filter((target) => target.measured(answers) !== undefined);
if (measured.length > 0) console.log(`\n${targetsTable(measured, answers)}`);
console.log(`\n${machine}`);
if (failed > 0)
  console.error(
    `Requests of ${failed} rows failed, as they say: their figures are not to be relied on.`,
  );
process.exitCode = failed > 0 ? 1 : 0;
