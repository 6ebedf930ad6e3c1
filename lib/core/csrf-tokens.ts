import { randomBytes, timingSafeEqual } from 'node:crypto';
import { KeyedMac } from './keyed-mac.js';

/** To whom a CSRF token belongs: the secret of a cookie, or a digest of it. */
export interface CsrfHolder {
  /** A stored session, or a visitor for whom nothing is stored. */
  readonly kind: 'session' | 'visitor';
  readonly secret: string;
}

const RANDOM_BYTES = 16;
const RANDOM_LENGTH = 22;
const SHAPE = /^[A-Za-z0-9_-]{65}$/;

/**
 * Makes and checks CSRF tokens: random text and a MAC over it and its holder's secret. Nothing is stored; a token is good as long
 * as its holder's secret is, and differs each time it is made, so that a compressed page gives none away (BREACH).
 */
export class CsrfTokens {
  readonly #keys: readonly KeyedMac[];

  /** @param secrets first makes, all verify; at least 32 bytes each @param keyPrefix apps with other prefixes make other tokens */
  constructor(secrets: readonly string[], keyPrefix: string) {
    this.#keys = KeyedMac.under(secrets, keyPrefix, 'nest-session csrf v1');
  }

  /** A token of this holder: 65 base64url characters. */
  issue(holder: CsrfHolder): string {
    const random = randomBytes(RANDOM_BYTES).toString('base64url');
    return random + macOf(this.#keys[0]!, holder, random);
  }

  /** Whether the text is a token of this holder. */
  verify(holder: CsrfHolder, text: string): boolean {
    if (!SHAPE.test(text)) return false;
    const random = text.slice(0, RANDOM_LENGTH);
    const given = Buffer.from(text.slice(RANDOM_LENGTH), 'latin1');
    return this.#keys.some((key) =>
      timingSafeEqual(given, Buffer.from(macOf(key, holder, random), 'latin1')),
    );
  }
}

function macOf(key: KeyedMac, { kind, secret }: CsrfHolder, random: string): string {
  return key.of(`${kind}\0${secret}\0${random}`);
}
