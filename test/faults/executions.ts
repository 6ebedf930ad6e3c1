import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';

const RETRY_MS = 100;

/**
 * When Redis executed the write of each value, by the word of the nodes themselves (MONITOR). Scripts that refuse write nothing and
 * so are not seen.
 */
export class Executions {
  /** By value, ms since 1970. */
  readonly times = new Map<string, number[]>();
  readonly #nonce: string;
  readonly #sockets = new Map<number, Socket>();
  #closed = false;

  /** @param nonce what all values begin with @param tls where the nodes speak it */
  constructor(
    nonce: string,
    private readonly tls?: ConnectionOptions,
  ) {
    this.#nonce = nonce;
  }

  /** Watches a node, also when it comes back after its death. */
  watch(port: number): void {
    if (this.#closed) return;
    const to = { port, host: '127.0.0.1' };
    const socket = this.tls ? connectTls({ ...to, ...this.tls }) : connect(to);
    this.#sockets.set(port, socket);
    let rest = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\r\n');
      rest = lines.pop()!;
      for (const line of lines) this.#note(line);
    });
    socket
      .on('error', () => undefined)
      .on('close', () => {
        if (!this.#closed) setTimeout(() => this.watch(port), RETRY_MS).unref();
      });
    socket.write('MONITOR\r\n');
  }

  close(): void {
    this.#closed = true;
    for (const socket of this.#sockets.values()) socket.destroy();
  }

  #note(line: string): void {
    const time = /^\+(\d+\.\d+) \[\d+ lua\] "HSET"/i.exec(line);
    const values = time && line.match(new RegExp(`${this.#nonce}-[vmc]\\d+-\\d+`, 'g'));
    // The newest of a list is its last; of several the mark comes alone.
    const value = values?.at(-1);
    if (value === undefined) return;
    this.times.set(value, [...(this.times.get(value) ?? []), Number(time![1]) * 1000]);
  }
}
