import { timingSafeEqual } from 'node:crypto';
import { KeyedMac } from '../keyed-mac.js';

const MAC_LENGTH = 22;
const MAC_BYTES = 16;

/**
 * Seals texts that say who somebody is, so that write access to Redis is not enough to become someone else: a MAC over the
 * text and its place (which session, which field), keyed by the option `secret`. The first secret seals, all open.
 */
export class Seal {
  readonly #keys: readonly KeyedMac[];

  /** @param secrets at least 32 bytes each @param keyPrefix apps with other prefixes don't believe each other's seals */
  constructor(secrets: readonly string[], keyPrefix: string) {
    this.#keys = KeyedMac.under(secrets, keyPrefix, 'nest-session seal v1');
  }

  /** The text with its MAC before it: 22 base64url characters. */
  seal(place: string, text: string): string {
    return macOf(this.#keys[0]!, place, text) + text;
  }

  /** The text, if this app sealed it for this place; undefined otherwise. */
  open(place: string, sealed: string): string | undefined {
    if (sealed.length < MAC_LENGTH) return undefined;
    const given = Buffer.from(sealed.slice(0, MAC_LENGTH));
    const text = sealed.slice(MAC_LENGTH);
    for (const key of this.#keys) {
      const expected = Buffer.from(macOf(key, place, text));
      if (given.length === expected.length && timingSafeEqual(given, expected)) return text;
    }
    return undefined;
  }
}

function macOf(key: KeyedMac, place: string, text: string): string {
  return key.of(`${place}\0${text}`, MAC_BYTES);
}
