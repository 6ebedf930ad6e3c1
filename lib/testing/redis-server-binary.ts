import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { startsAsServer, type RedisServerBinary } from './server-program.js';
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
  constructor(reason?: unknown) {
    super(
      `No Redis server was found on this system. ${installAdvice()}`,
      reason === undefined ? {} : { cause: reason },
    );
    this.name = 'RedisServerNotFoundError';
  }
}

/**
 * Finds a Redis (or Valkey) server: the one named by the environment variable REDIS_SERVER, else
 * `redis-server` and then `valkey-server` on PATH, else, on Debian and Ubuntu, the distribution's
 * package, unpacked into `$XDG_CACHE_HOME/nest-session` (default `~/.cache/nest-session`) without
 * root and without any change to the system.
 *
 * @throws RedisServerNotFoundError with the one command that installs a server on this system
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
  try {
    const unpacked = await unpackedServer(options.log ?? (() => undefined));
    if (unpacked) return unpacked;
  } catch (error) {
    throw new RedisServerNotFoundError(error);
  }
  throw new RedisServerNotFoundError();
}

async function checkedNamed(path: string): Promise<RedisServerBinary> {
  const binary = { path, env: {} };
  if (await startsAsServer(binary)) return binary;
  throw new Error(
    `REDIS_SERVER names '${path}', which does not start. Name a redis-server program or unset it.`,
  );
}

async function onPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder || '.', name);
    const executable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable && (await startsAsServer({ path, env: {} }))) return path;
  }
  return undefined;
}
