import { connect } from 'node:net';

/**
 * Why no connection to `node` ("host:port") can be made; undefined where one can, or where the name is no address.
 * For messages only: ioredis' cluster says "Connection is closed" whatever the reason.
 */
export function probeNode(node: string, timeoutMs: number): Promise<string | undefined> {
  const [, host, port] = /^\[?([^\s[\]]+?)\]?:(\d+)$/.exec(node) ?? [];
  if (host === undefined) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) });
    const finish = (reason: string | undefined): void => {
      socket.destroy();
      resolve(reason);
    };
    socket.setTimeout(timeoutMs, () => finish(`no connection within ${timeoutMs} ms`));
    socket.once('connect', () => finish(undefined));
    socket.once('error', (error: NodeJS.ErrnoException) => finish(error.message || error.code));
  });
}
