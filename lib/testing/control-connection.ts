import { Redis } from 'ioredis';

const COMMAND_TIMEOUT = 60_000;

/** What a command answers, as ioredis decodes it. */
export type Reply = string | number | null | Reply[];

/**
 * A connection for the test's own commands, dialled when needed. It does not keep the process
 * alive: only a command that is under way does (by its time limit's timer).
 */
export class ControlConnection {
  readonly #port: number;
  readonly #password: string | undefined;
  readonly #tls: boolean;
  #client: Redis | undefined;

  constructor(port: number, password?: string, tls = false) {
    this.#port = port;
    this.#password = password;
    this.#tls = tls;
  }

  async send(args: [string, ...(string | number | Buffer)[]]): Promise<Reply> {
    return (await this.#connected().call(...args)) as Reply;
  }

  async sendForBuffers(args: [string, ...(string | number | Buffer)[]]): Promise<Buffer[]> {
    return (await this.#connected().callBuffer(...args)) as Buffer[];
  }

  close(): void {
    const client = this.#client;
    this.#client = undefined;
    // Disconnecting a connection that has ended would leave its timer to keep the process alive.
    if (client && isUsable(client)) client.disconnect();
  }

  #connected(): Redis {
    if (this.#client && isUsable(this.#client)) return this.#client;
    const client = new Redis({
      host: '127.0.0.1',
      port: this.#port,
      ...(this.#password === undefined ? {} : { password: this.#password }),
      // Whatever its certificate says: tests make wrong ones.
      ...(this.#tls ? { tls: { rejectUnauthorized: false } } : {}),
      protocol: 2,
      lazyConnect: true,
      enableReadyCheck: false,
      commandTimeout: COMMAND_TIMEOUT,
      retryStrategy: () => null,
    });
    client.on('error', () => undefined);
    client.on('connect', () => client.stream.unref());
    this.#client = client;
    return client;
  }
}

function isUsable({ status }: Redis): boolean {
  return status !== 'end' && status !== 'close';
}
