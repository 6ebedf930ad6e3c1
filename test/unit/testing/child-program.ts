import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve as absolute } from 'node:path';
import { createInterface } from 'node:readline';
import { transform } from '@swc/core';

const SOURCES = absolute('lib/testing');

/** A folder in which a plain Node program can import the launcher as `./testing/index.js`. */
export class ChildWorkspace {
  readonly #children: ChildProcess[] = [];

  private constructor(readonly path: string) {}

  static async create(): Promise<ChildWorkspace> {
    const path = await mkdtemp(join(tmpdir(), 'child-program-'));
    await writeFile(join(path, 'package.json'), '{ "type": "module" }');
    await symlink(absolute('node_modules'), join(path, 'node_modules'));
    await mkdir(join(path, 'testing'));
    for (const file of await readdir(SOURCES)) {
      const { code } = await transform(await readFile(join(SOURCES, file), 'utf8'), {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
      });
      await writeFile(join(path, 'testing', file.replace(/\.ts$/, '.js')), code);
    }
    return new ChildWorkspace(path);
  }

  /** Runs the program and reads the one line of JSON with which it says that it has come so far. */
  async run<T>(
    program: string,
    env: NodeJS.ProcessEnv = {},
  ): Promise<{ child: ChildProcess; said: T; ended: Promise<Ending> }> {
    const file = join(this.path, 'program.mjs');
    await writeFile(file, program);
    const child = spawn(process.execPath, [file], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, ...env },
    });
    this.#children.push(child);
    const ended = new Promise<Ending>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    return { child, said: JSON.parse(line) as T, ended };
  }

  /** Also ends the programs that have not come to an end. */
  async remove(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await rm(this.path, { recursive: true, force: true });
  }
}

/** How a program has ended. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}
