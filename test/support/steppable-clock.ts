import { execFile } from 'node:child_process';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  findRedisServer,
  type RedisTestCluster,
  type RedisTestNode,
} from '../../lib/testing/index.js';
import { COMPILED } from './compiled.js';

const run = promisify(execFile);
const SOURCE = join(COMPILED, '../support/steppable-clock.c');

/**
 * Does the work with servers whose clocks can be stepped while they run: their program is started with a library that is compiled for it.
 * @returns undefined where the system has no C compiler, or no LD_PRELOAD
 */
export async function withSteppableClocks<R>(work: () => Promise<R>): Promise<R | undefined> {
  if (process.platform !== 'linux') return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'nest-session-clock-'));
  const before = process.env['REDIS_SERVER'];
  try {
    const library = join(folder, 'steppable-clock.so');
    const isCompiled = await run('cc', ['-shared', '-fPIC', '-O1', '-o', library, SOURCE]).then(
      () => true,
      () => false,
    );
    if (!isCompiled) return undefined;
    process.env['REDIS_SERVER'] = await wrapped(folder, library);
    return await work();
  } finally {
    if (before === undefined) delete process.env['REDIS_SERVER'];
    else process.env['REDIS_SERVER'] = before;
    await rm(folder, { recursive: true, force: true });
  }
}

/** Sets the node's clock off by so many milliseconds. */
export async function stepClock(
  cluster: RedisTestCluster,
  node: RedisTestNode,
  milliseconds: number,
): Promise<void> {
  const [, folder] = (await cluster.command(node, 'CONFIG', 'GET', 'dir')) as string[];
  const offset = Buffer.alloc(8);
  offset.writeBigInt64LE(BigInt(milliseconds));
  const file = join(folder!, 'clock-offset');
  // The server may read it at any moment.
  await writeFile(`${file}.new`, offset);
  await rename(`${file}.new`, file);
}

/** A program that starts the server with the library. */
async function wrapped(folder: string, library: string): Promise<string> {
  const { path, env } = await findRedisServer();
  const wrapper = join(folder, 'redis-server');
  const variables = Object.entries({ ...env, LD_PRELOAD: library });
  const lines = variables.map(([name, text]) => `export ${name}='${text}'`);
  const script = ['#!/bin/sh', ...lines, `exec '${path}' "$@"`, ''].join('\n');
  await writeFile(wrapper, script, { mode: 0o755 });
  return wrapper;
}
