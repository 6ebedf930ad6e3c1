/** What a transport sees of a request: Node's header names are in lower case. */
export interface TransportRequest {
  /** Header lines by name; an array where the name came several times. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** What a transport sees of a response whose head has not left: Node's own ServerResponse fits. */
export interface TransportResponse {
  /** The header as set so far. */
  getHeader(name: string): number | string | string[] | undefined;
  /** Sets the header in place of what it was. */
  setHeader(name: string, value: number | string | readonly string[]): unknown;
}

/** What a transport found in a request. */
export type TokenReading =
  /** The one token the request brought. */
  | {
      /** As it came, not verified. */
      readonly token: string;
    }
  /** Nothing that could be a token. */
  | undefined
  /** Several tokens of the same name: none is used, and none is set (OWASP: cookie tossing; RFC 6265bis, section 5.6). */
  | 'ambiguous';

/** How long a client keeps a token. */
export interface TokenKeeping {
  /**
   * Of a remembered session: seconds until it ends, at most 400 days, for a cookie's Max-Age or the like. Undefined for all others,
   * which the client forgets when its browser is closed.
   */
  readonly maxAge: number | undefined;
}

/**
 * How a token travels between client and server. Extend it to carry tokens your own way; what is read is
 * verified by its tag before anything else happens.
 */
export abstract class SessionTransport {
  /** Request header on which the response depends, for `Vary`. */
  readonly vary: string = 'Cookie';

  /**
   * Whether browsers attach the token by themselves, as they do cookies, so that another site can start a request with it; default true.
   * Where it is false, requests whose session came this way need no protection against CSRF.
   */
  readonly ambient: boolean = true;

  /** Takes the token out of a request. Must not throw, whatever the request holds. */
  abstract read(request: TransportRequest): TokenReading;

  /** Hands out a new token, on creation and rotation. `keeping` is always given. */
  abstract write(response: TransportResponse, token: string, keeping?: TokenKeeping): void;

  /** Tells the client to forget its token. */
  abstract clear(response: TransportResponse): void;
}
