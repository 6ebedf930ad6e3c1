import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AbstractConnector } from 'ioredis';

interface Target {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly family?: number | undefined;
  readonly disconnectTimeout?: number | undefined;
  readonly tls?: ConnectionOptions | undefined;
}

/**
 * Makes a connection by TLS as ioredis does, and hears all its errors. ioredis hears the first only: a handshake that is broken off
 * can end in two, and the second would end the process.
 */
export class TlsConnector extends AbstractConnector {
  readonly #target: Target;

  /** @param options of the connection, as ioredis gives them */
  constructor(options: unknown) {
    const target = options as Target;
    super(target.disconnectTimeout ?? 2000);
    this.#target = target;
  }

  override async connect(): Promise<TLSSocket> {
    const { host, port, family, tls } = this.#target;
    this.connecting = true;
    await nextTurn();
    if (!this.connecting) throw new Error('Connection is closed.');
    const socket = connect({ host, port, family, ...tls } as ConnectionOptions);
    // The first is read by ioredis where the connection is gone before it could listen.
    socket.on('error', (error: Error) => {
      this.firstError ??= error;
    });
    this.stream = socket;
    return socket;
  }
}
