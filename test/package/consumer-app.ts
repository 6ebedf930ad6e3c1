import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transform } from '@swc/core';
import { ROOT } from './packed-library.js';
import { run } from './run.js';

const FIXTURE = join(ROOT, 'test/package/fixtures/app');

/** An app of its own folder, as a user would start one. */
export interface ConsumerKind {
  readonly nest: 11 | 12;
  readonly type: 'commonjs' | 'module';
  readonly typescript: string;
  readonly classValidator: string;
}

/** How the app's TypeScript becomes JavaScript. */
export type Compiler = 'tsc' | 'swc';

/** A started app. */
export interface RunningApp {
  readonly url: string;
  /** All it has printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** Makes the app's folder and installs what it names, the library from its tarball. */
export async function installApp(
  folder: string,
  kind: ConsumerKind,
  tarball: string,
): Promise<void> {
  await cp(FIXTURE, folder, { recursive: true });
  const nest = `^${kind.nest}.0.0`;
  const dependencies = {
    '@nestjs/common': nest,
    '@nestjs/core': nest,
    '@nestjs/platform-express': nest,
    '@types/node': '^20.0.0',
    'class-transformer': '^0.5.1',
    'class-validator': kind.classValidator,
    ioredis: '^6.0.0',
    'nest-session': `file:${tarball}`,
    'reflect-metadata': '^0.2.0',
    rxjs: '^7.8.0',
    typescript: kind.typescript,
  };
  const manifest = { name: 'consumer', private: true, type: kind.type, dependencies };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock'];
  await run('npm', ['install', ...flags, '--ignore-scripts'], folder);
}

/** Compiles the app; types are checked by tsc, those of all libraries too. */
export function compileApp(folder: string, kind: ConsumerKind, compiler: Compiler): Promise<void> {
  return compiler === 'tsc' ? compileByTsc(folder) : compileBySwc(folder, kind);
}

async function compileByTsc(folder: string): Promise<void> {
  await run(process.execPath, ['node_modules/typescript/bin/tsc'], folder);
}

async function compileBySwc(folder: string, { type }: ConsumerKind): Promise<void> {
  const source = await readFile(join(folder, 'src/main.ts'), 'utf8');
  const { code } = await transform(source, {
    filename: 'main.ts',
    swcrc: false,
    module: { type: type === 'module' ? 'es6' : 'commonjs' },
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      keepClassNames: true,
    },
  });
  await mkdir(join(folder, 'dist/swc'), { recursive: true });
  await writeFile(join(folder, 'dist/swc/main.js'), code);
}

/** Starts what a compiler has made and waits until it listens. */
export async function startConsumer(
  folder: string,
  compiler: Compiler,
  env: Readonly<Record<string, string>>,
): Promise<RunningApp> {
  const child = fork(join(folder, 'dist', compiler, 'main.js'), [], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, SESSION_SECRET: 'q7Zc2mR9vK4xW8nB3tY6uJ1pL5sD0fGh', ...env },
    execArgv: [],
  });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  }
  const port = await portOf(child, () => output);
  return { url: `http://127.0.0.1:${port}`, output: () => output, stop: () => stop(child) };
}

function portOf(child: ChildProcess, output: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve((message as { port: number }).port));
    child.once('exit', (code) =>
      reject(new Error(`The app ended with ${code} before it listened:\n${output()}`)),
    );
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill();
  await gone;
}
