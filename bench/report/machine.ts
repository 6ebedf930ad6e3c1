import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { findRedisServer } from 'nest-session/testing';

/** What the figures were taken on. */
export async function machineLine(): Promise<string> {
  const { path, env } = await findRedisServer();
  const server = execFileSync(path, ['--version'], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  const redis = /v=(\S+)/.exec(server)?.[1] ?? '?';
  const cores = cpus();
  const model = cores[0]?.model.replaceAll(/\(R\)|\(TM\)/g, '').trim() ?? 'unknown';
  return `${cores.length} cores (${model}) shared by load, apps and six Redis nodes; Node ${process.versions.node}, Redis ${redis}, all on 127.0.0.1`;
}
