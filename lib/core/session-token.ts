import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { KeyedMac } from './keyed-mac.js';
import type { SessionAddress, TokenKind } from './session-store.js';

/** A token whose tag was verified. */
export type SessionToken = SessionAddress;

/** A token just made: `text` is what the client gets, and the only place where the secret exists. */
export interface IssuedToken extends SessionToken {
  readonly text: string;
}

/** Length of a token's text: always the same. The layout is public, see docs/format.md. */
export const TOKEN_LENGTH = 96;

const HOME_END = 21;
const SELECTOR_END = 37;
const SIGNED_END = 80;
const TAG_BYTES = 12;
const SHAPE = /^[AU][A-Za-z0-9_-]{95}$/;
const KIND_LETTERS: Record<TokenKind, string> = { anonymous: 'A', user: 'U' };

/** SHA-256 of a token's 43-character secret, as the store keeps it: base64url, 43 characters. */
export function digestSecret(secret: string): string {
  return hash('sha256', secret, 'base64url');
}

/**
 * Makes and checks tokens. A token is verified by its tag alone, so that junk never reaches the store;
 * the secret's digest is compared by the store's reader.
 */
export class TokenSigner {
  readonly #keys: readonly KeyedMac[];

  /**
   * @param secrets first signs, all verify; at least 32 bytes each
   * @param keyPrefix part of the derived key: apps that share secrets but not prefixes don't accept each other's tokens
   */
  constructor(secrets: readonly string[], keyPrefix: string) {
    this.#keys = KeyedMac.under(secrets, keyPrefix, 'nest-session token tag v1');
  }

  /** A token for a new session. `home` defaults to a random one, as every anonymous session has. */
  issue(kind: TokenKind, home: string = randomBytes(15).toString('base64url')): IssuedToken {
    return this.#sign(kind, home, randomBytes(12).toString('base64url'));
  }

  /** A token with a new secret for the same session. */
  reissue(token: SessionToken): IssuedToken {
    return this.#sign(token.kind, token.home, token.selector);
  }

  /** The token a text stands for, or undefined if this app never made it. Costs no store command. */
  verify(text: string): SessionToken | undefined {
    if (text.length !== TOKEN_LENGTH || !SHAPE.test(text)) return undefined;
    const given = Buffer.from(text.slice(SIGNED_END), 'latin1');
    const signed = text.slice(0, SIGNED_END);
    for (const key of this.#keys) {
      if (timingSafeEqual(given, Buffer.from(key.of(signed, TAG_BYTES), 'latin1'))) {
        return {
          kind: text.charCodeAt(0) === 0x55 ? 'user' : 'anonymous',
          home: text.slice(1, HOME_END),
          selector: text.slice(HOME_END, SELECTOR_END),
          digest: digestSecret(text.slice(SELECTOR_END, SIGNED_END)),
        };
      }
    }
    return undefined;
  }

  #sign(kind: TokenKind, home: string, selector: string): IssuedToken {
    const secret = randomBytes(32).toString('base64url');
    const signed = KIND_LETTERS[kind] + home + selector + secret;
    const text = signed + this.#keys[0]!.of(signed, TAG_BYTES);
    return { kind, home, selector, digest: digestSecret(secret), text };
  }
}
