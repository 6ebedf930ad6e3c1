import { SESSION_COOKIE } from './browser.js';
import { send, type Answer } from './http-client.js';

/** A client that keeps the session's token as its transport gives it, and says on which line it came. */
export class TokenHolder {
  constructor(
    readonly transport: 'cookie' | 'bearer',
    /** The token it holds now. */
    public token?: string,
  ) {}

  /** Another one with the same token: one that keeps what this one forgets. */
  copy(): TokenHolder {
    return new TokenHolder(this.transport, this.token);
  }

  get(url: string): Promise<Answer> {
    return this.send('GET', url);
  }

  post(url: string, body?: unknown): Promise<Answer> {
    return this.send('POST', url, body);
  }

  /** Sends a request and takes the token from its answer. */
  async send(method: string, url: string, body?: unknown): Promise<Answer> {
    const answer = await this.ask(method, url, body);
    this.keep(answer);
    return answer;
  }

  /** Sends a request; its answer waits until it is kept. */
  ask(method: string, url: string, body?: unknown): Promise<Answer> {
    const name = this.transport === 'cookie' ? 'cookie' : 'authorization';
    const value =
      this.transport === 'cookie' ? `${SESSION_COOKIE}=${this.token}` : `Bearer ${this.token}`;
    return send(url, { method, headers: this.token === undefined ? {} : { [name]: value }, body });
  }

  /** Takes over the token of an answer, or that there is none any more. */
  keep({ headers, setCookies }: Answer): void {
    const line = setCookies.find((text) => text.startsWith(`${SESSION_COOKIE}=`));
    if (line) this.token = /^[^=]*=([^;]*)/.exec(line)![1] || undefined;
    const header = headers['session-token'];
    if (typeof header === 'string') this.token = header;
  }
}
