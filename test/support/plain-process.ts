import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMPILED = join(dirname(fileURLToPath(import.meta.url)), '../.compiled/test/apps');

/** How a process ended by itself. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** Runs `test/apps/<name>.ts` as an operator would, with no channel that keeps it alive, until it ends. */
export async function runToItsEnd(name: string, config: object): Promise<ProcessEnd> {
  const child = spawn(process.execPath, [join(COMPILED, `${name}.js`), JSON.stringify(config)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  }
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, output };
}
