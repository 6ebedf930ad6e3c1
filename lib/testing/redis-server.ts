import type { Reply } from './control-connection.js';
import { launchServer } from './node-launcher.js';
import { findRedisServer } from './redis-server-binary.js';
import type { RedisServerProcess } from './redis-server-process.js';
import { serverConfig } from './server-config.js';
import { ServerFolder } from './server-folder.js';

/** How a single test server is started. */
export interface RedisServerOptions {
  /** Further Redis configuration, one directive each; wins over the launcher's own. Default none. */
  config?: Record<string, string>;
  /** Receives one line per step that takes long. Default: nobody does. */
  log?: (line: string) => void;
}

/**
 * Starts one Redis server without cluster on a free port of 127.0.0.1, its files in a temporary
 * folder. Both are removed by `close()`, or when this process ends, however it ends.
 *
 * @throws RedisServerNotFoundError where no server can be found, with the command that installs one
 */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisTestServer> {
  const binary = await findRedisServer(options.log ? { log: options.log } : {});
  const folder = new ServerFolder();
  try {
    const server = await launchServer({ binary, folder, config: serverConfig(options.config) });
    return new RedisTestServer(server, folder);
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** A running single server. Made by `startRedisServer`. */
export class RedisTestServer {
  readonly #server: RedisServerProcess;
  readonly #folder: ServerFolder;

  /** @internal */
  constructor(server: RedisServerProcess, folder: ServerFolder) {
    this.#server = server;
    this.#folder = folder;
  }

  /** Always 127.0.0.1. */
  get host(): string {
    return this.#server.host;
  }

  /** The port it listens on; kept by a restart. */
  get port(): number {
    return this.#server.port;
  }

  /** The process id; another one after a restart. */
  get pid(): number {
    return this.#server.pid;
  }

  /** Kills the server (SIGKILL). Resolves when its process has ended. */
  async kill(): Promise<void> {
    await this.#server.kill();
  }

  /** Stops the server (SIGSTOP): its connections stay open and nothing answers. */
  stop(): void {
    this.#server.pause();
  }

  /** Lets a stopped server continue (SIGCONT). */
  cont(): void {
    this.#server.resume();
  }

  /** Starts the server again on its port, empty; kills it first where it still runs. */
  async restart(): Promise<void> {
    await this.#server.kill();
    await this.#server.start();
  }

  /** Sends one command. */
  command(...args: [string, ...(string | number | Buffer)[]]): Promise<Reply> {
    return this.#server.command(...args);
  }

  /** Kills the server and deletes its folder. */
  async close(): Promise<void> {
    await this.#server.kill();
    await this.#folder.remove();
  }
}
