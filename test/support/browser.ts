import { send, type Answer, type Sending } from './http-client.js';

/** Name of the session's cookie unless a test gives it another. */
export const SESSION_COOKIE = '__Host-sid';

type Headers = Sending['headers'];

/** Keeps cookies and sends them to every server, as a browser does behind a load balancer that speaks https. */
export class Browser {
  readonly #cookies = new Map<string, string>();

  /** @param cookies cookies it has already */
  constructor(cookies: Readonly<Record<string, string>> = {}) {
    for (const [name, value] of Object.entries(cookies)) this.#cookies.set(name, value);
  }

  /** The session's token, if it holds one. */
  get token(): string | undefined {
    return this.#cookies.get(SESSION_COOKIE);
  }

  /** Its cookies by name. */
  get cookies(): Record<string, string> {
    return Object.fromEntries(this.#cookies);
  }

  /** Another browser with the same cookies: one that keeps what this one forgets. */
  copy(): Browser {
    return new Browser(this.cookies);
  }

  get(url: string, headers?: Headers): Promise<Answer> {
    return this.#send('GET', url, undefined, headers);
  }

  /** @param headers over those of a page of the app's own */
  post(url: string, body?: unknown, headers?: Headers): Promise<Answer> {
    return this.#send('POST', url, body, headers);
  }

  async #send(
    method: string,
    url: string,
    body: unknown,
    headers: Headers | undefined,
  ): Promise<Answer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await send(url, {
      method,
      headers: cookie === '' ? headers : { cookie, ...headers },
      body,
    });
    for (const line of answer.setCookies) this.#keep(line);
    return answer;
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const at = pair.indexOf('=');
    const name = pair.slice(0, at);
    if (attributes.includes('Max-Age=0')) this.#cookies.delete(name);
    else this.#cookies.set(name, pair.slice(at + 1));
  }
}
