import { execFile } from 'node:child_process';

/** A server program that runs on this system. */
export interface RedisServerBinary {
  /** The program. */
  path: string;
  /** What it needs in its environment beside this process' own. */
  env: Record<string, string>;
}

/** Whether the program is a Redis or Valkey server that runs here with all its libraries. */
export function startsAsServer({ path, env }: RedisServerBinary): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(path, ['--version'], { env: { ...process.env, ...env } }, (error, output) => {
      resolve(!error && /server v=/i.test(output));
    });
  });
}
