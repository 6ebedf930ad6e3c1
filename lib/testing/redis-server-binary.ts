import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { isUsableServer, type RedisServerBinary } from './server-program.js';
import { unpackedServer } from './distribution-package.js';
import { installAdvice } from './install-advice.js';

const NAMES = ['redis-server', 'valkey-server'];

/** How a server program is looked for. */
export interface FindRedisServerOptions {
  /** Receives one line per step that takes long. Default: nobody does. */
  log?: (line: string) => void;
}

/** No server program was found and none could be unpacked. The message has the command to run. */
export class RedisServerNotFoundError extends Error {
  /** @internal */
  constructor(reason?: Error) {
    const tried = reason ? `, nor could the package be unpacked (${firstError(reason)})` : '';
    super(`No Redis server, 7.0 or newer, was found on this system${tried}. ${installAdvice()}`);
    this.name = 'RedisServerNotFoundError';
    this.cause = reason;
  }
}

/**
 * Finds a Redis (or Valkey) server: the one named by the environment variable REDIS_SERVER, else
 * `redis-server` and then `valkey-server` on PATH, else, on Debian and Ubuntu, the distribution's
 * package, unpacked into `$XDG_CACHE_HOME/nest-session` (default `~/.cache/nest-session`) without
 * root and without any change to the system.
 *
 * Servers older than 7.0 are passed over.
 *
 * @throws RedisServerNotFoundError with the one command that installs a server on this system
 * @throws Error where REDIS_SERVER names something else
 */
export async function findRedisServer(
  options: FindRedisServerOptions = {},
): Promise<RedisServerBinary> {
  const named = process.env['REDIS_SERVER'];
  if (named) return checkedNamed(named);
  for (const name of NAMES) {
    const path = await onPath(name);
    if (path) return { path, env: {} };
  }
  const unpacked = await unpackedServer(options.log ?? (() => undefined)).catch((error: Error) => {
    throw new RedisServerNotFoundError(error);
  });
  if (unpacked) return unpacked;
  throw new RedisServerNotFoundError();
}

async function checkedNamed(path: string): Promise<RedisServerBinary> {
  const binary = { path, env: {} };
  if (await isUsableServer(binary)) return binary;
  throw new Error(
    `REDIS_SERVER names '${path}', which is no Redis server, 7.0 or newer, that starts here. ` +
      'Name another or unset the variable.',
  );
}

async function onPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder || '.', name);
    const executable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable && (await isUsableServer({ path, env: {} }))) return path;
  }
  return undefined;
}

/** Of a failed command its own words, without the command line. */
function firstError({ message }: Error): string | undefined {
  const lines = message.split('\n');
  return lines.find((line) => line.startsWith('E: ')) ?? lines[0];
}
