import { readCookie } from './cookie-reader.js';
import type { TokenReading, TransportRequest, TransportResponse } from './session-transport.js';

/** Name and attributes of a cookie, validated at boot. */
export interface CookieAttributes {
  readonly name: string;
  readonly path: string;
  readonly domain?: string | undefined;
  readonly sameSite: 'lax' | 'strict' | 'none';
  readonly secure: boolean;
  readonly partitioned: boolean;
}

/** A cookie of the library's own, HttpOnly always, whose values all have one length. */
export class OwnCookie {
  readonly #name: string;
  readonly #length: number;
  readonly #attributes: string;

  constructor(cookie: CookieAttributes, length: number) {
    this.#name = cookie.name;
    this.#length = length;
    this.#attributes = [
      `Path=${cookie.path}`,
      cookie.domain && `Domain=${cookie.domain}`,
      'HttpOnly',
      cookie.secure && 'Secure',
      `SameSite=${cookie.sameSite.charAt(0).toUpperCase()}${cookie.sameSite.slice(1)}`,
      cookie.partitioned && 'Partitioned',
    ]
      .filter(Boolean)
      .join('; ');
  }

  read(request: TransportRequest): TokenReading {
    const header = request.headers.cookie;
    return typeof header === 'string' ? readCookie(header, this.#name, this.#length) : undefined;
  }

  /** @param maxAge seconds after which the browser forgets it; without it, when the browser is closed */
  write(response: TransportResponse, value: string, maxAge?: number): void {
    const age = maxAge === undefined ? '' : `; Max-Age=${maxAge}`;
    this.#add(response, `${this.#name}=${value}; ${this.#attributes}${age}`);
  }

  clear(response: TransportResponse): void {
    this.#add(
      response,
      `${this.#name}=; ${this.#attributes}; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT`,
    );
  }

  /** Keeps the app's own cookies, and never sends ours twice. */
  #add(response: TransportResponse, line: string): void {
    const before = response.getHeader('Set-Cookie') ?? [];
    const others = (Array.isArray(before) ? before : [String(before)]).filter(
      (other) => !other.startsWith(`${this.#name}=`),
    );
    response.setHeader('Set-Cookie', [...others, line]);
  }
}
