import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ControlConnection, type Reply } from './control-connection.js';
import type { RedisServerBinary } from './server-program.js';
import type { ServerFolder } from './server-folder.js';
import { waitUntil } from './wait-until.js';

/** How a server is started. */
export interface RedisServerProcessOptions {
  binary: RedisServerBinary;
  folder: ServerFolder;
  port: number;
  /** Redis configuration, one directive each, without the port. */
  config: Record<string, string>;
}

/** One `redis-server` on 127.0.0.1. It keeps port and folder when it is started again. */
export class RedisServerProcess {
  readonly host = '127.0.0.1';
  readonly port: number;

  readonly #options: RedisServerProcessOptions;
  readonly #directory: string;
  readonly #connection: ControlConnection;
  readonly #tls: boolean;
  #child: ChildProcess | undefined;
  #paused = false;

  constructor(options: RedisServerProcessOptions) {
    this.#options = options;
    this.port = options.port;
    this.#directory = join(options.folder.path, String(options.port));
    const { requirepass, 'tls-cert-file': certificate } = options.config;
    this.#tls = certificate !== undefined;
    this.#connection = new ControlConnection(options.port, requirepass, this.#tls);
  }

  /** The process id, also of a server that has ended. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Whether the process is there; a paused one is. */
  get alive(): boolean {
    const child = this.#child;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Whether it can answer: alive and not paused. */
  get answering(): boolean {
    return this.alive && !this.#paused;
  }

  /** @throws ServerStartError with the server's last words when it ends instead of answering */
  async start(): Promise<void> {
    const child = this.#spawn();
    this.#child = child;
    this.#paused = false;
    await waitUntil(`redis-server on port ${this.port} answers`, async () => {
      if (!this.alive) throw new ServerStartError(this.port, this.#lastWords());
      return this.#isThisProcess();
    }).catch(async (error: unknown) => {
      await this.kill();
      throw error;
    });
  }

  /** SIGKILL; resolves when the process has ended. */
  async kill(): Promise<void> {
    this.#connection.close();
    const child = this.#child;
    if (!child || !this.alive) return;
    const ended = once(child, 'exit');
    child.ref();
    child.kill('SIGKILL');
    await ended;
  }

  /** SIGSTOP: connections stay open, nothing answers. */
  pause(): void {
    this.#paused = true;
    this.#child?.kill('SIGSTOP');
  }

  /** SIGCONT. */
  resume(): void {
    this.#child?.kill('SIGCONT');
    this.#paused = false;
  }

  /** Sends one command over the control connection. */
  command(...args: [string, ...(string | number | Buffer)[]]): Promise<Reply> {
    return this.#connection.send(args);
  }

  /** Sends one command whose answer is a list of bytes. */
  bufferCommand(...args: [string, ...(string | number | Buffer)[]]): Promise<Buffer[]> {
    return this.#connection.sendForBuffers(args);
  }

  #spawn(): ChildProcess {
    const { binary, folder, config } = this.#options;
    mkdirSync(this.#directory, { recursive: true });
    const output = openSync(this.#outputFile, 'w');
    const settings = Object.entries({ ...config, ...this.#ports, dir: this.#directory });
    const args = settings.flatMap(([directive, value]) => [`--${directive}`, value]);
    const child = spawn(binary.path, args, {
      cwd: this.#directory,
      env: { ...process.env, ...binary.env },
      // Its own session, so that a Ctrl-C reaches the app first and not the app's database.
      detached: true,
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    child.on('error', (error) => appendFileSync(this.#outputFile, error.message));
    child.unref();
    const { pid } = child;
    if (pid !== undefined) {
      folder.track(pid);
      child.once('exit', () => {
        folder.untrack(pid);
        // Commands under way must not wait for an answer, be it from a stranger on the same port.
        this.#connection.close();
      });
    }
    return child;
  }

  get #ports(): Record<string, string> {
    const port = String(this.port);
    return this.#tls ? { port: '0', 'tls-port': port } : { port };
  }

  /** Another server may have taken the port while ours is still about to notice. */
  async #isThisProcess(): Promise<string | undefined> {
    try {
      const info = String(await this.command('INFO', 'server'));
      return info.includes(`process_id:${this.pid}\r`) ? undefined : 'another server answers';
    } catch (error) {
      return (error as Error).message;
    }
  }

  get #outputFile(): string {
    return join(this.#directory, 'output.log');
  }

  #lastWords(): string {
    return readFileSync(this.#outputFile, 'utf8').trim().split('\n').slice(-8).join('\n');
  }
}

/** The server ended instead of answering. */
export class ServerStartError extends Error {
  /** Whether other ports may help. */
  readonly portTaken: boolean;

  constructor(port: number, lastWords: string) {
    super(`redis-server on port ${port} ended at its start. It said:\n${lastWords}`);
    this.name = 'ServerStartError';
    this.portTaken = /in use|failed listening/i.test(lastWords);
  }
}
