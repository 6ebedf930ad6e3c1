import { once } from 'node:events';
import { request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream';

/** A server behind the proxy. */
export interface Upstream {
  /** Where it listens; undefined while it does not. */
  readonly port: number | undefined;
}

/** Gives each request to the next server that is there, whoever had the visitor's last one. */
export class RoundRobinProxy {
  #turn = 0;

  constructor(private readonly servers: readonly Upstream[]) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const server of this.#inTurn()) {
      const socket = server.port && (await connected(server.port));
      // Refused, so not a byte of the request was sent: another server may have it.
      if (!socket) continue;
      return forward(request, response, socket);
    }
    refuse(response, 503, 'No shop server is up.');
  }

  #inTurn(): Upstream[] {
    const first = this.#turn++ % this.servers.length;
    return [...this.servers.slice(first), ...this.servers.slice(0, first)];
  }
}

async function connected(port: number): Promise<Socket | undefined> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return socket;
  } catch {
    return undefined;
  }
}

function forward(request: IncomingMessage, response: ServerResponse, socket: Socket): void {
  const upstream = send({
    createConnection: () => socket,
    method: request.method,
    path: request.url,
    headers: { ...request.headers, connection: 'close' },
  });
  upstream.once('response', (answer) => {
    const { connection: _, ...headers } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, headers);
    pipeline(answer, response, () => undefined);
  });
  // The server may have carried out the request before it died: whether to repeat it is up to the client.
  upstream.on('error', () => refuse(response, 502, 'The server died while it answered.'));
  response.once('close', () => upstream.destroy());
  request.pipe(upstream);
}

function refuse(response: ServerResponse, statusCode: number, message: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(statusCode, { 'Content-Type': 'application/json', 'Retry-After': '1' });
  response.end(JSON.stringify({ statusCode, message }));
}
