import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoadJob, LoadResult } from './job.js';

const WORKER = join(dirname(fileURLToPath(import.meta.url)), 'worker.js');

/** The process that sends the requests. */
export class LoadProcess {
  readonly #child: ChildProcess = fork(WORKER, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  });

  readonly #ended = once(this.#child, 'exit').then(() => 'ended' as const);

  /** Does one job after the other; they must not overlap. */
  async run(job: LoadJob): Promise<LoadResult> {
    const answer = once(this.#child, 'message') as Promise<[LoadResult]>;
    this.#child.send(job);
    const outcome = await Promise.race([answer, this.#ended]);
    if (outcome === 'ended') throw new Error('The load process has ended.');
    return outcome[0];
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}
