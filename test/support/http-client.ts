import { request, type IncomingHttpHeaders } from 'node:http';
import { fromOwnPage } from './browser-headers.js';

/** An answer as it came, nothing followed and nothing kept. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Every Set-Cookie line. */
  readonly setCookies: readonly string[];
  readonly text: string;
  /** The body read as JSON. */
  json<T = Record<string, unknown>>(): T;
}

export interface Sending {
  readonly method?: string;
  /** Over those of a page of the app's own; undefined leaves one of them out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** Sends one request on a connection of its own, which no server can have closed meanwhile, and reads its whole answer. */
export function send(url: string, sending: Sending = {}): Promise<Answer> {
  const { method = 'GET', body } = sending;
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const headers: Record<string, string | number> = fromOwnPage(sending.headers);
  if (payload !== undefined) {
    headers['content-type'] ??= 'application/json';
    headers['content-length'] = Buffer.byteLength(payload);
  }
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          setCookies: incoming.headers['set-cookie'] ?? [],
          text,
          json: <T>() => JSON.parse(text) as T,
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}
