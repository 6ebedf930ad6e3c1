import { headersOf, rawRequest, type RawAnswer, type RawRequestOptions } from './raw-http.js';

const COOKIE = '__Host-sid';

/** A browser as far as it matters here: it keeps the session's cookie and sends it to every server. */
export class Visitor {
  /** The cookie's value; undefined before the first one came, and after one was cleared. */
  token: string | undefined;
  /** How many cookies it was given. */
  given = 0;

  /** Sends a request with the cookie, and keeps the one that comes back. */
  async request(url: string, options: RawRequestOptions = {}): Promise<RawAnswer> {
    const answer = await rawRequest(url, { ...options, headers: this.headers(options.headers) });
    this.keep(answer);
    return answer;
  }

  /** The headers given, with the cookie. */
  headers(others: Readonly<Record<string, string>> = {}): Record<string, string> {
    return this.token === undefined
      ? { ...others }
      : { ...others, Cookie: `${COOKIE}=${this.token}` };
  }

  keep(answer: RawAnswer): void {
    for (const line of sessionCookies(answer)) {
      this.given++;
      this.token = /^[^=]*=([^;]*)/.exec(line)?.[1] || undefined;
    }
  }
}

/** The session's own Set-Cookie lines of an answer. */
export function sessionCookies(answer: RawAnswer): string[] {
  return headersOf(answer, 'Set-Cookie').filter((line) => line.startsWith(`${COOKIE}=`));
}
