import { hash, hkdfSync } from 'node:crypto';

const BLOCK_BYTES = 64;
const MAC_BYTES = 32;
const LONGEST_KEPT = 1024;

/**
 * HMAC-SHA-256 (RFC 2104) under one key, out of two one-shot hashes: a `Hmac` object of node:crypto costs four times as much for the
 * short texts of tokens and seals.
 */
export class KeyedMac {
  readonly #inner = Buffer.alloc(BLOCK_BYTES + LONGEST_KEPT);
  readonly #outer = Buffer.alloc(BLOCK_BYTES + MAC_BYTES);
  readonly #mac = Buffer.alloc(MAC_BYTES);

  constructor(secret: Buffer) {
    const key = secret.length > BLOCK_BYTES ? hash('sha256', secret, 'buffer') : secret;
    for (let at = 0; at < BLOCK_BYTES; at++) {
      this.#inner[at] = (key[at] ?? 0) ^ 0x36;
      this.#outer[at] = (key[at] ?? 0) ^ 0x5c;
    }
  }

  /**
   * One for each of the app's secrets, under keys that serve one purpose and one prefix alone (HKDF, RFC 5869).
   * @param secrets at least 32 bytes each @param purpose names the key's use, with its version
   */
  static under(secrets: readonly string[], keyPrefix: string, purpose: string): KeyedMac[] {
    return secrets.map((secret) => {
      const key = hkdfSync('sha256', secret, keyPrefix, purpose, MAC_BYTES);
      return new KeyedMac(Buffer.from(key));
    });
  }

  /** The first bytes of the text's MAC, as base64url. @param text taken as UTF-8 */
  of(text: string, bytes: number = MAC_BYTES): string {
    const outer = this.#outer;
    outer.write(hash('sha256', this.#block(text), 'binary'), BLOCK_BYTES, 'latin1');
    this.#mac.write(hash('sha256', outer, 'binary'), 0, 'latin1');
    return this.#mac.toString('base64url', 0, bytes);
  }

  #block(text: string): Buffer {
    const inner = this.#inner;
    // A character of a JavaScript string takes three bytes of UTF-8 at most.
    if (text.length * 3 > LONGEST_KEPT) {
      return Buffer.concat([inner.subarray(0, BLOCK_BYTES), Buffer.from(text)]);
    }
    return inner.subarray(0, BLOCK_BYTES + inner.write(text, BLOCK_BYTES));
  }
}
