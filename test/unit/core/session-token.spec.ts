import { digestSecret, TOKEN_LENGTH, TokenSigner } from '../../../lib/core/session-token.js';

const SECRET = 'Yq3vN8sK1xZ6mT4rB9wL2cH7jD5gF0pE';
const OTHER = 'aR7uW2eI9oP4yT6qM1nB3vC8xZ5kJ0hG';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const signer = new TokenSigner([SECRET], 'sess:');

describe('A token', () => {
  it('is verified by who made it, and gives back what it was made of', () => {
    const { kind, home, selector, digest, text } = signer.issue('anonymous');
    expect(text).toHaveLength(TOKEN_LENGTH);
    expect(signer.verify(text)).toEqual({ kind, home, selector, digest });
    expect(kind).toBe('anonymous');
  });

  it('says for whom it is', () => {
    expect(signer.verify(signer.issue('user').text)?.kind).toBe('user');
    expect(signer.verify(signer.issue('anonymous').text)?.kind).toBe('anonymous');
  });

  it('lies in the home it was made for', () => {
    const home = 'u'.repeat(20);
    expect(signer.verify(signer.issue('user', home).text)?.home).toBe(home);
  });

  it('is refused with any one character altered', () => {
    const { text } = signer.issue('anonymous');
    for (let at = 0; at < text.length; at++) {
      for (const character of ALPHABET) {
        if (character === text[at]) continue;
        const altered = text.slice(0, at) + character + text.slice(at + 1);
        if (signer.verify(altered)) throw new Error(`accepted with ${character} at ${at}`);
      }
    }
  });

  it('is refused with parts of another of the same app', () => {
    const [mine, other] = [signer.issue('anonymous').text, signer.issue('anonymous').text];
    for (const end of [1, 21, 37, 80]) {
      expect(signer.verify(other.slice(0, end) + mine.slice(end)) === undefined).toBe(end !== 1);
    }
  });

  it.each<[string, (text: string) => string]>([
    ['one character short', (text) => text.slice(1)],
    ['one character long', (text) => `${text}A`],
    ['empty', () => ''],
    ['followed by a line break', (text) => `${text}\n`],
    ['ended by a line break', (text) => `${text.slice(0, -1)}\n`],
    ['in other base64', (text) => text.replace(/.$/, '+')],
    ['with a character that ends in the same byte', (text) => wide(text)],
    ['percent-encoded', (text) => `%41${text.slice(3)}`],
    ['very long', (text) => text.repeat(10_000)],
  ])('is refused when it is %s', (_, alter) => {
    const altered = alter(signer.issue('anonymous').text);
    expect(signer.verify(altered)).toBeUndefined();
  });

  it('is refused by an app with another secret', () => {
    expect(new TokenSigner([OTHER], 'sess:').verify(signer.issue('user').text)).toBeUndefined();
  });

  it('is refused by an app with the same secret and another prefix', () => {
    expect(new TokenSigner([SECRET], 'shop:').verify(signer.issue('user').text)).toBeUndefined();
  });

  it('is like no other: home, selector, secret and text are unique', () => {
    const tokens = Array.from({ length: 2000 }, () => signer.issue('anonymous'));
    for (const part of ['home', 'selector', 'digest', 'text'] as const) {
      expect(new Set(tokens.map((token) => token[part])).size).toBe(tokens.length);
    }
  });

  it('holds the secret in its text only', () => {
    const issued = signer.issue('anonymous');
    const secret = issued.text.slice(37, 80);
    expect(issued.digest).toBe(digestSecret(secret));
    expect(JSON.stringify({ ...issued, text: '' })).not.toContain(secret);
    expect(JSON.stringify(signer.verify(issued.text))).not.toContain(secret);
  });
});

describe('A token made anew', () => {
  it('keeps kind, home and selector, and gets another secret', () => {
    const first = signer.issue('user');
    const second = signer.reissue(first);
    expect(second).toMatchObject({ kind: 'user', home: first.home, selector: first.selector });
    expect(second.digest).not.toBe(first.digest);
    expect(signer.verify(second.text)?.digest).toBe(second.digest);
  });
});

describe('While secrets are changed', () => {
  const before = signer.issue('anonymous').text;
  const during = new TokenSigner([OTHER, SECRET], 'sess:');
  const after = new TokenSigner([OTHER], 'sess:');

  it('tokens of the old secret are good as long as it is listed', () => {
    expect(during.verify(before)).toEqual(signer.verify(before));
    expect(after.verify(before)).toBeUndefined();
  });

  it('new tokens are made with the first one', () => {
    const issued = during.issue('anonymous').text;
    expect(after.verify(issued)).toBeDefined();
    expect(signer.verify(issued)).toBeUndefined();
  });
});

describe('The digest of a secret', () => {
  it('is SHA-256 over its characters', () => {
    expect(digestSecret('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  });
});

/** U+0141 ends in the byte of `A`. */
function wide(text: string): string {
  return text.slice(0, 90) + String.fromCharCode(0x100 + text.charCodeAt(90)) + text.slice(91);
}
