import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../shop/serve.js', import.meta.url));
/** A dead server stays down long enough to be noticed. */
const PAUSE_MS = 2500;

export type ServerState = 'up' | 'starting' | 'down';

/** One shop server: a process of its own, started again whenever it dies. */
export class ShopServer {
  #child: ChildProcess | undefined;
  #port: number | undefined;
  #state: ServerState = 'starting';
  #ending = false;

  constructor(
    readonly name: string,
    private readonly env: Readonly<Record<string, string>>,
    private readonly say: (line: string) => void,
  ) {}

  get state(): ServerState {
    return this.#state;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Where it listens; undefined while it does not. */
  get port(): number | undefined {
    return this.#state === 'up' ? this.#port : undefined;
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    this.#state = 'starting';
    const child = fork(PROGRAM, {
      env: { ...process.env, ...this.env, SERVER_NAME: this.name },
      execArgv: ['--enable-source-maps'],
      // Ctrl-C in the terminal is for the program that ends all the others in order.
      detached: true,
    });
    this.#child = child;
    child.once('exit', () => this.#afterDeath());
    this.#port = await listening(child, this.name);
    this.#state = 'up';
  }

  /** kill -9: no handler of the process runs, and requests under way break off. */
  kill(): void {
    this.say(`server ${this.name}: kill -9 (pid ${this.pid})`);
    this.#child?.kill('SIGKILL');
  }

  /** Ends it for good. */
  async end(): Promise<void> {
    this.#ending = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const forced = setTimeout(() => child.kill('SIGKILL'), 3000);
    await gone;
    clearTimeout(forced);
  }

  #afterDeath(): void {
    const served = this.#state === 'up';
    this.#state = 'down';
    // Who dies before it listens is the starter's to handle: the first start fails, a later one is repeated.
    if (served) void this.#startAgain(performance.now());
  }

  async #startAgain(diedAt: number): Promise<void> {
    while (!this.#ending) {
      await delay(PAUSE_MS);
      if (this.#ending) return;
      try {
        await this.start();
        const seconds = ((performance.now() - diedAt) / 1000).toFixed(1);
        return this.say(`server ${this.name}: up again after ${seconds} s (pid ${this.pid})`);
      } catch (error) {
        this.say((error as Error).message);
      }
    }
  }
}

function listening(child: ChildProcess, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('message', ({ port }: { port: number }) => resolve(port));
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`server ${name}: ended before it listened (${code ?? signal})`)),
    );
  });
}
