import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** The running sample. */
export interface SampleProcess {
  readonly url: string;
  /** All it has printed so far. */
  output(): string;
  /** Sends the signal; resolves with the exit code, or the signal's name, when it has ended. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

/** Starts the sample on a free port and waits until it prints its URL; `script` is run from the root of the checkout. */
export async function startSample(
  script: string,
  env: Readonly<Record<string, string>> = {},
): Promise<SampleProcess> {
  const child = spawn(process.execPath, [script], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
        const found = /http:\/\/localhost:\d+/.exec(output);
        if (found) resolve(found[0]);
      });
    }
    child.once('exit', () => reject(new Error(`The sample ended before it was open:\n${output}`)));
  });
  return {
    url,
    output: () => output,
    end: async (signal) => {
      child.kill(signal);
      const [code, by] = await ended;
      return code ?? by!;
    },
  };
}
