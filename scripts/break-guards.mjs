// Breaks one guard of the library after the other in a copy of the checkout, and tells which tests go red: `npm run guards`.
// A guard that can be broken and nobody notices is an error.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDependencies, root, say } from './ensure-dependencies.mjs';
import { runNode } from './run-program.mjs';

const COPIED = ['lib', 'test', 'docs', 'package.json', 'package-lock.json', 'tsconfig.json'];
const REPORT = join(root, 'docs/faults.md');
const BEGIN = '<!-- guards: written by npm run guards -->';
const END = '<!-- end of guards -->';

/** What is broken, by texts of one file and what takes their place; and the specs that must notice. */
const GUARDS = [
  {
    guard: 'a write asks whether the session lives',
    file: 'lib/redis/scripts/prelude.ts',
    edits: [
      [/if not is_newest and/, 'if own[1] and not is_newest and'],
      [/if not absolute or now >= absolute/, 'if absolute and now >= absolute'],
      [/math\.min\(idle, away or idle\)/, 'math.min(idle or 1, away or idle or 1)'],
      [/math\.min\(now \+ idle, absolute\)/, 'math.min(now + (idle or 60000), absolute or 1e15)'],
    ],
    specs: ['test/contract/redis-session-store.spec.ts'],
  },
  {
    guard: 'a write is refused after its deadline',
    file: 'lib/redis/scripts/prelude.ts',
    edits: [[/if now >= tonumber\(deadline\) then/, 'if false then']],
    specs: ['test/contract/redis-failures.spec.ts'],
  },
  {
    guard: 'a write is known by its operation id when it comes again',
    file: 'lib/redis/scripts/commit.script.ts',
    edits: [[/\nif at then\n/, '\nif false then\n']],
    specs: ['test/contract/redis-failures.spec.ts'],
  },
  {
    guard: 'what took rights away is done again when the owner changes',
    file: 'lib/redis/removals/withdrawal-replay.ts',
    edits: [
      [/callsFor\(this\.keyPrefix, home, withdrawals\);/, 'callsFor(this.keyPrefix, home, []);'],
    ],
    specs: ['test/e2e/lost-revocations.spec.ts'],
  },
];

await ensureDependencies();
const copy = mkdtempSync(join(tmpdir(), 'nest-session-guards-'));
try {
  for (const part of COPIED) {
    cpSync(join(root, part), join(copy, part), {
      recursive: true,
      filter: (path) => !path.includes('.compiled'),
    });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  // What is red with nothing broken says nothing of a guard.
  const before = await redTests({ specs: [...new Set(GUARDS.flatMap(({ specs }) => specs))] });
  for (const title of before) say(`red with nothing broken, left out: ${title}`);
  const results = [];
  for (const guard of GUARDS) {
    const red = (await redTests(guard)).filter((title) => !before.includes(title));
    results.push({ ...guard, red });
  }
  report(results);
  process.exitCode = results.every(({ red }) => red.length > 0) ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

/** Titles of the tests that fail with the guard broken, or as it is where none is named. */
async function redTests({ guard, file, edits = [], specs }) {
  if (!guard) return runSpecs(specs);
  say(`broken: ${guard}`);
  const path = join(copy, file);
  const whole = readFileSync(path, 'utf8');
  const broken = edits.reduce((text, [from, to]) => {
    if (!from.test(text)) throw new Error(`'${guard}': ${file} has no ${from} any more.`);
    return text.replace(from, to);
  }, whole);
  writeFileSync(path, broken);
  try {
    return await runSpecs(specs);
  } finally {
    writeFileSync(path, whole);
  }
}

async function runSpecs(specs) {
  const output = join(copy, 'result.json');
  rmSync(output, { force: true });
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const asked = ['--json', `--outputFile=${output}`, '--silent', '--rootDir', copy, ...specs];
  const env = { ...process.env, NODE_ENV: 'test' };
  await runNode([...flags, jest, ...asked], { cwd: copy, env, stdio: 'ignore' });
  return failuresIn(JSON.parse(readFileSync(output, 'utf8')));
}

function failuresIn({ testResults }) {
  const all = testResults.flatMap(({ assertionResults }) => assertionResults);
  return all.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
}

function report(results) {
  for (const { guard, red } of results) {
    say(`${guard}: ${red.length === 0 ? 'NOBODY NOTICED' : `${red.length} tests red`}`);
    for (const title of red) say(`  ${title}`);
  }
  const rows = results.map(({ guard, red }) => `| ${guard} | ${red.length} | ${red[0] ?? ''} |`);
  const table = ['| without the guard that | tests red | the first of them |', '|---|---|---|'];
  const text = readFileSync(REPORT, 'utf8');
  const [from, to] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
  const measured = [...table, ...rows].join('\n');
  writeFileSync(REPORT, `${text.slice(0, from)}\n\n${measured}\n\n${text.slice(to)}`);
}
