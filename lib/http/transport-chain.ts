import type { SessionTransport, TransportRequest } from './session-transport.js';

/** What a request brought, and the transport that answers it. */
export interface TransportChoice {
  readonly text: string | undefined;
  readonly transport: SessionTransport;
  /** Several tokens of one name: the request stays anonymous and is given none. */
  readonly ambiguous: boolean;
}

/** Several transports in order: the one that brought a token answers; a request that brought none gets the first. */
export class TransportChain {
  /** Request headers on which responses depend, as `Vary` names them. */
  readonly vary: string;

  constructor(private readonly transports: readonly [SessionTransport, ...SessionTransport[]]) {
    this.vary = [...new Set(transports.map(({ vary }) => vary))].join(', ');
  }

  /** Whether browsers attach any of the tokens by themselves. */
  get isAmbient(): boolean {
    // An object that is no SessionTransport by class may not say.
    return this.transports.some(({ ambient }) => ambient !== false);
  }

  read(request: TransportRequest): TransportChoice {
    for (const transport of this.transports) {
      const reading = transport.read(request);
      if (reading === 'ambiguous') return { text: undefined, transport, ambiguous: true };
      if (reading) return { text: reading.token, transport, ambiguous: false };
    }
    return { text: undefined, transport: this.transports[0], ambiguous: false };
  }
}
