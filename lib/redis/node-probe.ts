import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';

/**
 * Why no connection to `node` ("host:port") can be made; undefined where one can, or where the name is no address.
 * For messages only: ioredis' cluster says "Connection is closed" whatever the reason.
 * @param tls as the client has it; its certificate is checked then
 */
export function probeNode(
  node: string,
  timeoutMs: number,
  tls?: ConnectionOptions,
): Promise<string | undefined> {
  const [, host, port] = /^\[?([^\s[\]]+?)\]?:(\d+)$/.exec(node) ?? [];
  if (host === undefined) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const socket = open(host, Number(port), tls);
    const finish = (reason: string | undefined): void => {
      socket.destroy();
      resolve(reason);
    };
    socket.setTimeout(timeoutMs, () => finish(`no connection within ${timeoutMs} ms`));
    socket.once(tls ? 'secureConnect' : 'connect', () => finish(undefined));
    socket.once('error', (error: NodeJS.ErrnoException) => finish(error.message || error.code));
  });
}

function open(host: string, port: number, tls: ConnectionOptions | undefined): Socket {
  if (!tls) return connect({ host, port });
  return connectTls({ ...(isIP(host) === 0 && { servername: host }), ...tls, host, port });
}
