import { execFile } from 'node:child_process';

/** A server program that runs on this system. */
export interface RedisServerBinary {
  /** The program. */
  path: string;
  /** What it needs in its environment beside this process' own. */
  env: Record<string, string>;
}

/** Sharded pub/sub, CLUSTER ADDSLOTSRANGE and `cluster-port` came with it. */
const OLDEST_MAJOR = 7;

/** Whether the program is a Redis or Valkey server, 7.0 or newer, that runs here. */
export function isUsableServer({ path, env }: RedisServerBinary): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(path, ['--version'], { env: { ...process.env, ...env } }, (error, output) => {
      const major = /server v=(\d+)\./i.exec(output)?.[1];
      resolve(!error && Number(major) >= OLDEST_MAJOR);
    });
  });
}
