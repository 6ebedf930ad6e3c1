import type { SessionToken, TokenSigner } from '../core/session-token.js';
import type { TransportChoice } from './transport-chain.js';

/** The session token that a request brought, verified when it is first asked for. */
export class BroughtToken {
  readonly #choice: TransportChoice;
  readonly #signer: TokenSigner;
  #token: SessionToken | undefined;
  #verified = false;

  constructor(choice: TransportChoice, signer: TokenSigner) {
    this.#choice = choice;
    this.#signer = signer;
  }

  /** Undefined where none came that this app made. It may stand for a session that has ended. */
  get token(): SessionToken | undefined {
    const { text } = this.#choice;
    if (!this.#verified && text !== undefined) this.#token = this.#signer.verify(text);
    this.#verified = true;
    return this.#token;
  }

  /** Whether the client's own code attached it, which no other site can make a browser do. */
  get isDeliberate(): boolean {
    return this.#choice.transport.ambient === false && this.token !== undefined;
  }
}
