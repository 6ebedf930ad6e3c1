import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const SPACE_BEFORE_STATUS = 'HTTP/1.1 '.length;

export interface Answer {
  readonly status: number;
  readonly head: string;
}

/** One keep-alive connection, one request at a time. As little work as can be: the load shares the machine with what it measures. */
export class Connection {
  readonly #socket: Socket;
  #received: Buffer | undefined;
  #onAnswer: ((answer: Answer) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', () => this.#end());
    socket.on('close', () => this.#end());
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Connection(socket));
      });
    });
  }

  /** Sends a request; the answer of a connection that breaks has status 0. */
  send(request: string, onAnswer: (answer: Answer) => void): void {
    this.#onAnswer = onAnswer;
    if (this.#socket.destroyed) this.#end();
    else this.#socket.write(request, 'latin1');
  }

  close(): void {
    this.#onAnswer = undefined;
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    const received = this.#received ? Buffer.concat([this.#received, chunk]) : chunk;
    const headEnd = received.indexOf(HEAD_END);
    if (headEnd >= 0) {
      const head = received.toString('latin1', 0, headEnd);
      const length = headEnd + HEAD_END.length + contentLength(head);
      if (received.length >= length) {
        this.#received = undefined;
        this.#answer({ status: Number(head.slice(SPACE_BEFORE_STATUS, 12)), head });
        return;
      }
    }
    this.#received = received;
  }

  #end(): void {
    this.#answer({ status: 0, head: '' });
  }

  #answer(answer: Answer): void {
    const onAnswer = this.#onAnswer;
    this.#onAnswer = undefined;
    onAnswer?.(answer);
  }
}

function contentLength(head: string): number {
  const match = /\r\ncontent-length: (\d+)/i.exec(head);
  if (!match) throw new Error(`An answer without a length is not understood:\n${head}`);
  return Number(match[1]);
}
