import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { COMPILED } from './compiled.js';
import { asLeastUser } from './least-user.js';

/** How a process ended by itself. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** By then a process that still runs never ends. */
const LIMIT_MS = 30_000;

/** Runs `test/apps/<name>.ts` as an operator would, with no channel that keeps it alive, until it ends; killed after 30 s. */
export async function runToItsEnd(name: string, config: object): Promise<ProcessEnd> {
  const child = spawn(
    process.execPath,
    [join(COMPILED, 'test/apps', `${name}.js`), JSON.stringify(asLeastUser(config))],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  }
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, output };
}
