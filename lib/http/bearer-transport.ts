import {
  SessionTransport,
  type TokenReading,
  type TransportRequest,
  type TransportResponse,
} from './session-transport.js';

/** Response header that hands out a token to clients without cookies. */
export const SESSION_TOKEN_HEADER = 'Session-Token';

const BEARER = /^Bearer +([A-Za-z0-9_-]+)$/i;

/** The token in `Authorization: Bearer` (RFC 6750, section 2.1), handed out in the response header `Session-Token`. */
export class BearerTransport extends SessionTransport {
  override readonly vary: string = 'Authorization';
  override readonly ambient: boolean = false;

  read(request: TransportRequest): TokenReading {
    const header = request.headers.authorization;
    const token = typeof header === 'string' ? BEARER.exec(header)?.[1] : undefined;
    return token === undefined ? undefined : { token };
  }

  write(response: TransportResponse, token: string): void {
    response.setHeader(SESSION_TOKEN_HEADER, token);
  }

  clear(_response: TransportResponse): void {
    // The client holds the token itself; the next request with it is told that the session has ended.
  }
}
