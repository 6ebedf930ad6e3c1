import { readCookie } from './cookie-reader.js';
import {
  SessionTransport,
  type TokenReading,
  type TransportRequest,
  type TransportResponse,
} from './session-transport.js';

/** Attributes of the session cookie; validated at boot. */
export interface CookieAttributes {
  readonly name: string;
  readonly path: string;
  readonly domain?: string | undefined;
  readonly sameSite: 'lax' | 'strict' | 'none';
  readonly secure: boolean;
  readonly partitioned: boolean;
}

/** The token in one cookie without Max-Age: the server decides when a session ends, never the cookie's age. */
export class CookieTransport extends SessionTransport {
  readonly #name: string;
  readonly #attributes: string;

  constructor(cookie: CookieAttributes) {
    super();
    this.#name = cookie.name;
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
    return typeof header === 'string' ? readCookie(header, this.#name) : undefined;
  }

  write(response: TransportResponse, token: string): void {
    addCookie(response, this.#name, `${this.#name}=${token}; ${this.#attributes}`);
  }

  clear(response: TransportResponse): void {
    const expired = `${this.#name}=; ${this.#attributes}; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT`;
    addCookie(response, this.#name, expired);
  }
}

/** Keeps the app's own cookies, and never sends ours twice. */
function addCookie(response: TransportResponse, name: string, cookie: string): void {
  const before = response.getHeader('Set-Cookie') ?? [];
  const others = (Array.isArray(before) ? before : [String(before)]).filter(
    (line) => !line.startsWith(`${name}=`),
  );
  response.setHeader('Set-Cookie', [...others, cookie]);
}
