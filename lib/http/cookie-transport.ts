import { TOKEN_LENGTH } from '../core/session-token.js';
import { OwnCookie, type CookieAttributes } from './own-cookie.js';
import {
  SessionTransport,
  type TokenKeeping,
  type TokenReading,
  type TransportRequest,
  type TransportResponse,
} from './session-transport.js';

/** The token in one cookie, with Max-Age only for remembered sessions: the server decides when one ends, never the cookie's age. */
export class CookieTransport extends SessionTransport {
  readonly #cookie: OwnCookie;

  constructor(cookie: CookieAttributes) {
    super();
    this.#cookie = new OwnCookie(cookie, TOKEN_LENGTH);
  }

  read(request: TransportRequest): TokenReading {
    return this.#cookie.read(request);
  }

  write(response: TransportResponse, token: string, keeping?: TokenKeeping): void {
    this.#cookie.write(response, token, keeping?.maxAge);
  }

  clear(response: TransportResponse): void {
    this.#cookie.clear(response);
  }
}
