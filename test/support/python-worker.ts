import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CANDIDATES = ['python3', '/usr/bin/python3', '/usr/local/bin/python3', 'python'];
const WORKER = fileURLToPath(new URL('python_worker.py', import.meta.url));

/**
 * A Python that has redis-py.
 * @throws Error that says what to install
 */
export function findPython(): string {
  const found = CANDIDATES.find(hasRedisCluster);
  if (found) return found;
  throw new Error(
    `None of ${CANDIDATES.join(', ')} can import redis.cluster. ` +
      'Install redis-py 4.1 or newer: apt-get install -y python3-redis (Debian, Ubuntu), or pip install redis.',
  );
}

function hasRedisCluster(python: string): boolean {
  try {
    execFileSync(python, ['-c', 'import redis.cluster'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A Python process with redis-py and sample/python/session.py. */
export class PythonWorker {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  #errors = '';
  #last: Promise<unknown> = Promise.resolve();

  private constructor(node: { host: string; port: number }) {
    this.#child = spawn(findPython(), [WORKER, node.host, String(node.port)]);
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  static async start(node: { host: string; port: number }): Promise<PythonWorker> {
    const worker = new PythonWorker(node);
    await worker.#answer();
    return worker;
  }

  /** Asks for a method of the worker; one after another. */
  ask<Answer>(method: string, ...args: unknown[]): Promise<Answer> {
    const answer = this.#last.then(() => {
      this.#child.stdin.write(`${JSON.stringify([method, ...args])}\n`);
      return this.#answer();
    });
    this.#last = answer.catch(() => undefined);
    return answer as Promise<Answer>;
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.stdin.end();
    await gone;
  }

  async #answer(): Promise<unknown> {
    const line = await this.#answers.next();
    if (line.done) throw new Error(`The Python process has ended:\n${this.#errors}`);
    const { answer, error } = JSON.parse(line.value) as { answer?: unknown; error?: string };
    if (error !== undefined) throw new Error(error);
    return answer;
  }
}
