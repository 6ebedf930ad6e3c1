import { fork } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AppConfig } from './app-config.js';

const SERVE = join(dirname(fileURLToPath(import.meta.url)), 'serve.js');

/**
 * V8 throws compiled code of an idle process away, and an app idles while the others have their turn: without these flags the
 * bench would measure the compiler.
 */
const KEEP_WARM = ['--no-flush-bytecode', '--no-memory-reducer', '--expose-gc'];

export interface AppMemory {
  readonly rss: number;
  /** Bytes of live objects and buffers. */
  readonly heap: number;
}

/** An app in a process of its own. */
export interface AppProcess {
  readonly port: number;
  readonly pid: number;
  /** After a collection. */
  memory(): Promise<AppMemory>;
  stop(): Promise<void>;
}

/** Starts an app as in production and waits until it listens. */
export async function startApp(config: AppConfig): Promise<AppProcess> {
  const child = fork(SERVE, [JSON.stringify(config)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: KEEP_WARM,
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const [{ port }] = (await Promise.race([once(child, 'message'), rejectedAt(child)])) as [
    { port: number },
  ];
  return {
    port,
    pid: child.pid!,
    async memory() {
      const answer = once(child, 'message');
      child.send('memory');
      const [memory] = (await answer) as [AppMemory];
      return memory;
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };

  async function rejectedAt(process_: typeof child): Promise<never> {
    const [code] = (await once(process_, 'exit')) as [number | null];
    throw new Error(
      `${config.candidate} on ${config.platform} ended with ${code} before it listened.`,
    );
  }
}
