import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Redis } from 'ioredis';

/** One Redis node seen as an intruder or operator sees it: all keys, its logs, and every command as it comes. */
export class WatchedRedis {
  readonly #redis: Redis;
  /** Not ioredis' own monitor, which takes a command that comes with the reply to MONITOR for an error. */
  readonly #monitor: Socket;
  #commands = '';
  #seen = (): void => undefined;

  private constructor(port: number, password: string) {
    const address = { host: '127.0.0.1', port };
    this.#redis = new Redis({ ...address, password, retryStrategy: () => null });
    this.#monitor = connect(address);
    this.#monitor.setEncoding('utf8').on('data', (text: string) => {
      this.#commands += text;
      this.#seen();
    });
    this.#monitor.write(`AUTH ${password}\r\nMONITOR\r\n`);
  }

  static async watch(port: number, password: string): Promise<WatchedRedis> {
    const watched = new WatchedRedis(port, password);
    await watched.#until('+OK\r\n+OK\r\n');
    return watched;
  }

  /** Every command since the start, with its arguments. */
  async commands(): Promise<string> {
    const mark = `mark-${Math.random()}`;
    await this.#redis.echo(mark);
    await this.#until(mark);
    return this.#commands;
  }

  /** Everything that is kept: keys, fields, values, ends. */
  async dump(): Promise<string> {
    const lines: string[] = [];
    for (const key of await this.#redis.keys('*')) {
      const content = await this.#contentOf(key);
      lines.push(`${key} ${await this.#redis.pttl(key)} ${JSON.stringify(content)}`);
    }
    return lines.join('\n');
  }

  async #contentOf(key: string): Promise<unknown> {
    const type = await this.#redis.type(key);
    if (type === 'hash') return this.#redis.hgetall(key);
    return type === 'zset' ? this.#redis.zrange(key, '0', '-1') : this.#redis.get(key);
  }

  /** Milliseconds that each key has left; -1: for ever. */
  async timesLeft(): Promise<number[]> {
    const keys = await this.#redis.keys('*');
    return Promise.all(keys.map((key) => this.#redis.pttl(key)));
  }

  /** What the server tells its operators: slow commands, clients, counters. */
  async logs(): Promise<string> {
    const asked: [string, ...string[]][] = [
      ['SLOWLOG', 'GET', '-1'],
      ['CLIENT', 'LIST'],
      ['ACL', 'LOG'],
      ['INFO', 'everything'],
    ];
    const replies = await Promise.all(asked.map((command) => this.#redis.call(...command)));
    return replies.map((reply) => JSON.stringify(reply)).join('\n');
  }

  /** Sends a command by hand. */
  async command(...args: [string, ...string[]]): Promise<void> {
    await this.#redis.call(...args);
  }

  async close(): Promise<void> {
    if (this.#monitor.closed) return;
    const ended = once(this.#monitor, 'close');
    this.#redis.disconnect();
    this.#monitor.destroy();
    await ended;
  }

  async #until(text: string): Promise<void> {
    while (!this.#commands.includes(text)) await new Promise<void>((seen) => (this.#seen = seen));
  }
}
