import { connect, type Socket } from 'node:net';
import { fromOwnPage } from './browser-headers.js';

/** An answer as its bytes came in: no client library between. */
export interface RawAnswer {
  readonly status: number;
  /** As sent: order, case and repetitions. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Nanoseconds of `process.hrtime.bigint()`. */
  readonly firstByteAt: bigint;
  /** Whether the body ended as its head had said, and not by a break. */
  readonly complete: boolean;
}

export interface RawRequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request on a connection of its own, watched byte by byte. */
export class RawExchange {
  /** The whole answer, or what came of it before the connection broke; rejects where not even a head came. */
  readonly answer: Promise<RawAnswer>;
  readonly #socket: Socket;
  readonly #method: string;
  #bytes: Buffer = Buffer.alloc(0);
  #firstByteAt: bigint | undefined;
  #closed = false;
  #wake = (): void => undefined;

  constructor(url: string, { method = 'GET', headers = {} }: RawRequestOptions = {}) {
    const { hostname, port, pathname, search, host } = new URL(url);
    const lines = Object.entries({
      Host: host,
      Connection: 'close',
      ...fromOwnPage(headers),
    });
    this.#method = method;
    this.#socket = connect(Number(port), hostname);
    this.#socket.write(
      `${method} ${pathname}${search} HTTP/1.1\r\n${lines.map((line) => `${line.join(': ')}\r\n`).join('')}\r\n`,
    );
    this.answer = new Promise((resolve, reject) => {
      this.#socket
        .on('data', (chunk: Buffer) => this.#take(chunk))
        .on('error', () => undefined)
        .on('close', () => {
          this.#closed = true;
          this.#wake();
          const answer = this.#read();
          if (answer) resolve(answer);
          else reject(new Error(`${url} was broken off before its head had come`));
        });
    });
    this.answer.catch(() => undefined);
  }

  /** Resolves once the text has arrived, with all that came until then. */
  async until(text: string): Promise<string> {
    for (;;) {
      const seen = this.#bytes.toString('latin1');
      if (seen.includes(text)) return seen;
      if (this.#closed) throw new Error(`The answer ended without '${text}':\n${seen}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** The client goes away. */
  abort(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#firstByteAt ??= process.hrtime.bigint();
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    this.#wake();
    // Nest's server-sent events ask for keep-alive whatever the client says: complete is enough.
    if (this.#read()?.ended) this.#socket.destroy();
  }

  #read(): (RawAnswer & { ended: boolean }) | undefined {
    const at = this.#firstByteAt;
    return at === undefined ? undefined : readAnswer(this.#bytes, at, this.#method);
  }
}

/** Sends a request and waits for the whole answer. */
export function rawRequest(url: string, options?: RawRequestOptions): Promise<RawAnswer> {
  return new RawExchange(url, options).answer;
}

/** The first value of a header, whatever its case. */
export function headerOf(answer: Head, name: string): string | undefined {
  return headersOf(answer, name)[0];
}

/** All values of a header, in order. */
export function headersOf({ headers }: Head, name: string): string[] {
  return headers
    .filter(([key]) => key.toLowerCase() === name.toLowerCase())
    .map(([, value]) => value);
}

/** Undefined before the whole head is there; `ended` where nothing more can come. */
function readAnswer(
  bytes: Buffer,
  firstByteAt: bigint,
  method: string,
): (RawAnswer & { ended: boolean }) | undefined {
  const text = bytes.toString('latin1');
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [first = '', ...lines] = text.slice(0, headEnd).split('\r\n');
  const status = Number(first.split(' ')[1]);
  const headers = lines.map((line) => {
    const at = line.indexOf(':');
    return [line.slice(0, at), line.slice(at + 1).trim()] as const;
  });
  const head: Head = { status, headers, firstByteAt };
  const rest = text.slice(headEnd + 4);
  const bodyless = method === 'HEAD' || status === 204 || status === 304;
  return { ...head, ...(bodyless ? readLength(rest, '0') : readBody(rest, head)) };
}

type Head = Omit<RawAnswer, 'body' | 'complete'>;
type Body = Pick<RawAnswer, 'body' | 'complete'> & { ended: boolean };

function readBody(rest: string, head: Head): Body {
  if (headerOf(head, 'Transfer-Encoding') === 'chunked') return readChunks(rest);
  return readLength(rest, headerOf(head, 'Content-Length'));
}

function readLength(body: string, length: string | undefined): Body {
  const complete = length === undefined || body.length === Number(length);
  return { body, complete, ended: complete && length !== undefined };
}

function readChunks(rest: string): Body {
  let body = '';
  for (let at = 0; ;) {
    const lineEnd = rest.indexOf('\r\n', at);
    if (lineEnd < 0) return { body, complete: false, ended: false };
    const size = parseInt(rest.slice(at, lineEnd), 16);
    if (size === 0) {
      const complete = rest.slice(lineEnd) === '\r\n\r\n';
      return { body, complete, ended: complete };
    }
    body += rest.slice(lineEnd + 2, lineEnd + 2 + size);
    at = lineEnd + 2 + size + 2;
  }
}
