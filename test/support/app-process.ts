import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { AppConfig, Platform } from '../apps/app-config.js';
import { COMPILED } from './compiled.js';
import { asLeastUser } from './least-user.js';

/** A Nest app in a process of its own. */
export interface AppProcess {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** All it has printed so far. */
  output(): string;
  hasEnded(): boolean;
  /** Asks the app for something by its IPC handler (`onMessage` of the app file). */
  ask(question: string): Promise<unknown>;
  /** Ends it as an operator does, and waits. */
  stop(): Promise<void>;
  /** kill -9, and waits. */
  kill(): Promise<void>;
}

/** Starts `test/apps/<name>.app.ts` in its own process and waits until it listens. */
export async function startApp(config: AppConfig): Promise<AppProcess> {
  const child = fork(join(COMPILED, 'test/apps/serve.js'), [JSON.stringify(asLeastUser(config))], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...config.env, NO_COLOR: '1' },
    execArgv: ['--enable-source-maps'],
  });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  }
  const port = await listening(child, () => output);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid!,
    output: () => output,
    hasEnded: () => hasEnded(child),
    ask: (question) => ask(child, question),
    stop: () => end(child, 'SIGTERM'),
    kill: () => end(child, 'SIGKILL'),
  };
}

/** Several processes of one app. */
export function startApps(count: number, config: AppConfig): Promise<AppProcess[]> {
  return allOrNone(
    Array.from({ length: count }, (_, at) => startApp({ ...config, server: `server-${at + 1}` })),
  );
}

/** The apps when all have started. Where one has not, the others are ended too, as nobody else would. */
export async function allOrNone(starting: Promise<AppProcess>[]): Promise<AppProcess[]> {
  const results = await Promise.allSettled(starting);
  const started = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  const failure = results.find((result) => result.status === 'rejected');
  if (!failure) return started;
  await Promise.all(started.map((app) => app.kill()));
  throw failure.reason;
}

/** Nodes of the cluster that Jest's global set-up started. */
export function clusterNodes(): { host: string; port: number }[] {
  return (process.env.REDIS_CLUSTER_NODES ?? '').split(',').map((node) => {
    const [host, port] = node.split(':');
    return { host: host!, port: Number(port) };
  });
}

/** Both HTTP platforms of Nest, for `describe.each`. */
export const PLATFORMS: readonly Platform[] = ['express', 'fastify'];

async function listening(child: ChildProcess, output: () => string): Promise<number> {
  const answer = await new Promise<{ port: number }>((resolve, reject) => {
    child.once('message', (message) => resolve(message as { port: number }));
    child.once('exit', (code) =>
      reject(new Error(`The app ended with ${code} before it listened:\n${output()}`)),
    );
  });
  return answer.port;
}

async function ask(child: ChildProcess, question: string): Promise<unknown> {
  const id = Math.random();
  return new Promise((resolve) => {
    const hear = (message: unknown): void => {
      const { re, answer } = message as { re: number; answer: unknown };
      if (re !== id) return;
      child.off('message', hear);
      resolve(answer);
    };
    child.on('message', hear);
    child.send({ id, question });
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
