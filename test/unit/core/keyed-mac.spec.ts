import { createHmac, randomBytes } from 'node:crypto';
import { KeyedMac } from '../../../lib/core/keyed-mac.js';

const TEXTS = [
  '',
  'a',
  'x'.repeat(80),
  'ä€😀'.repeat(50),
  'y'.repeat(341),
  'z'.repeat(342),
  '€'.repeat(5000),
];

describe('KeyedMac', () => {
  it.each([1, 32, 64, 65, 200])('is HMAC-SHA-256 under a key of %d bytes', (length) => {
    const key = randomBytes(length);
    const mac = new KeyedMac(key);

    for (const text of TEXTS) {
      expect(mac.of(text)).toBe(createHmac('sha256', key).update(text).digest('base64url'));
    }
  });

  it('gives the first bytes alone where fewer are wanted', () => {
    const key = randomBytes(32);
    const whole = createHmac('sha256', key).update('text').digest();

    for (const bytes of [1, 12, 16]) {
      expect(new KeyedMac(key).of('text', bytes)).toBe(whole.toString('base64url', 0, bytes));
    }
  });
});
