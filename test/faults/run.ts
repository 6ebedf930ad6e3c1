// Runs the scenarios that are named, or all: `npm run faults -- F01 F09`.
import { join } from 'node:path';
import { COMPILED } from '../support/compiled.js';
import { machineLine, updateReport, type Row } from './report.js';
import type { Outcome, Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/index.js';

const REPORT = join(COMPILED, '../../docs/faults.md');

const named = process.argv.slice(2).filter((text) => !text.startsWith('--'));
const unknown = named.filter((id) => !SCENARIOS.some((scenario) => scenario.id === id));
if (unknown.length > 0) {
  console.error(
    `No scenario ${unknown.join(', ')}. There are ${SCENARIOS.map(({ id }) => id).join(', ')}.`,
  );
  process.exit(2);
}
const chosen = SCENARIOS.filter(({ id }) => named.length === 0 || named.includes(id));

const machine = await machineLine();
const rows: Row[] = [];
for (const scenario of chosen) {
  const row = await rowOf(scenario);
  rows.push(row);
  updateReport(REPORT, [row], machine);
  console.log(`${row.id} ${row.fault}: ${row.verdict}\n  ${row.figure}`);
  for (const sentence of row.broken) console.log(`  not kept: ${sentence}`);
  if (row.peer) console.log(`  express-session + connect-redis: ${row.peer}`);
}
const bad = rows.filter(({ broken }) => broken.length > 0);
console.log(`\n${machine}\n${rows.length - bad.length} of ${rows.length} kept.`);
process.exit(bad.length > 0 ? 1 : 0);

async function rowOf(scenario: Scenario): Promise<Row> {
  const { id, fault, promise } = scenario;
  const outcome = await outcomeOf(scenario);
  const { figure, broken } = outcome;
  const peer = await scenario.peer?.();
  const verdict = broken.length === 0 ? 'kept' : 'NOT KEPT';
  return { id, fault, promise, figure, broken, verdict, peer };
}

/** A scenario that can't be played to its end has kept nothing. */
async function outcomeOf(scenario: Scenario): Promise<Outcome> {
  try {
    return await scenario.run();
  } catch (error) {
    return { figure: 'not measured', broken: [String((error as Error).stack)] };
  }
}
