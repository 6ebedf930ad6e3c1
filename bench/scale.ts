// Shows how costs grow: `npm run bench:scale -- [--quick] [--only <part>]`.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArguments } from './arguments.js';
import { loadCandidate } from './candidates/load-candidates.js';
import { FULL } from './effort.js';
import { Lab } from './lab.js';
import { replaceMeasured } from './report/between-markers.js';
import { machineLine } from './report/machine.js';
import { ResultsFile } from './report/results-file.js';
import { allParts } from './scale/all-parts.js';
import type { ScaleResult } from './scale/scale-result.js';
import { scalingPage, sectionOf } from './scale/scaling-page.js';

/** This program is `bench/.compiled/bench/scale.js`. */
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const PAGE = join(ROOT, 'docs/scaling.md');

const candidates = await Promise.all(['whole', 'scale/many-logins'].map(loadCandidate));
const parts = allParts(candidates[0]!, candidates[1]!);
const { effort, questions } = readArguments(process.argv.slice(2), parts);
const machine = await machineLine();
const file = new ResultsFile<ScaleResult>(join(ROOT, 'bench/scale-results.ndjson'));
for (const { id, title, measure } of questions) {
  const labs: Lab[] = [];
  const open = async (options?: Parameters<typeof Lab.open>[0]): Promise<Lab> => {
    const lab = await Lab.open(options);
    labs.push(lab);
    return lab;
  };
  try {
    const day = new Date().toISOString().slice(0, 10);
    const result = { id, title, day, machine, ...(await measure(open, effort)) };
    console.log(`\n${sectionOf(result)}`);
    if (effort !== FULL) continue;
    file.put(result);
    const stored = file.read();
    const ordered = parts.flatMap((part) => stored.find((one) => one.id === part.id) ?? []);
    writeFileSync(PAGE, replaceMeasured(readFileSync(PAGE, 'utf8'), scalingPage(ordered)));
  } finally {
    await Promise.all(labs.map((lab) => lab.close()));
  }
}
