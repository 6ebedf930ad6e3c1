import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeField, encodeField } from '../../../lib/core/field-codec.js';
import { sessionKey } from '../../../lib/core/session-keys.js';
import { digestSecret, TokenSigner } from '../../../lib/core/session-token.js';

interface TokenVector {
  readonly appSecret: string;
  readonly keyPrefix: string;
  readonly token: string;
  readonly kind: 'anonymous' | 'user';
  readonly home: string;
  readonly selector: string;
  readonly secret: string;
  readonly tag: string;
  readonly digest: string;
  readonly key: string;
}

interface TextVector {
  readonly value: unknown;
  readonly text: string;
}

interface Vectors {
  readonly tokens: readonly TokenVector[];
  readonly bothWays: readonly TextVector[];
  readonly writtenOnly: readonly TextVector[];
  readonly readOnly: readonly TextVector[];
}

const docs = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url)), 'utf8');
const vectors = JSON.parse(docs('format-vectors.json')) as Vectors;
const page = docs('format.md');

describe('The published format', () => {
  describe('of tokens', () => {
    it.each(vectors.tokens)('is that of $token', (vector) => {
      const { appSecret, keyPrefix, token, kind, home, selector, secret, tag, digest } = vector;
      expect(token).toBe((kind === 'user' ? 'U' : 'A') + home + selector + secret + tag);
      const verified = new TokenSigner([appSecret], keyPrefix).verify(token);
      expect(verified).toEqual({ kind, home, selector, digest });
      expect(digestSecret(secret)).toBe(digest);
      expect(sessionKey(keyPrefix, verified!)).toBe(vector.key);
    });

    it('refuses each vector under the secret or prefix of another', () => {
      for (const { appSecret, keyPrefix, token } of vectors.tokens) {
        for (const other of vectors.tokens) {
          const same = other.appSecret === appSecret && other.keyPrefix === keyPrefix;
          const verified = new TokenSigner([other.appSecret], other.keyPrefix).verify(token);
          expect(verified !== undefined).toBe(same);
        }
      }
    });

    it('has vectors of both kinds, of several secrets and prefixes', () => {
      for (const name of ['kind', 'appSecret', 'keyPrefix'] as const) {
        expect(new Set(vectors.tokens.map((vector) => vector[name])).size).toBe(2);
      }
    });

    it('is what new tokens have', () => {
      const { kind, home, selector, digest, text } = new TokenSigner(
        [vectors.tokens[0]!.appSecret],
        'sess:',
      ).issue('user');
      expect(text).toMatch(/^U[\w-]{95}$/);
      expect([kind, home, selector]).toEqual(['user', text.slice(1, 21), text.slice(21, 37)]);
      expect(digest).toBe(digestSecret(text.slice(37, 80)));
    });
  });

  describe('of field texts', () => {
    it.each([...vectors.bothWays, ...vectors.writtenOnly])(
      'is that $value is written as $text',
      ({ value, text }) => {
        expect(encodeField(value)).toBe(text);
      },
    );

    it.each([...vectors.bothWays, ...vectors.readOnly])(
      'is that $text is read as $value',
      ({ value, text }) => {
        expect(decodeField(text)).toStrictEqual(value);
      },
    );
  });

  describe('is the one in docs/format.md', () => {
    it('where each token vector is a row, and there is no other', () => {
      const rows = vectors.tokens.map(({ appSecret, keyPrefix, token, digest, key }) =>
        row(...[appSecret, keyPrefix, token, digest, key].map(code)),
      );
      expect(rowsUnder('| secret option |')).toEqual(rows);
    });

    it('where each text vector is a row, and there is no other', () => {
      const written = ({ value, text }: TextVector): string => row(shown(value), code(text));
      const read = ({ value, text }: TextVector): string => row(code(text), shown(value));
      expect(rowsUnder('| value | text |')).toEqual(vectors.bothWays.map(written));
      expect(rowsUnder('| value written |')).toEqual(vectors.writtenOnly.map(written));
      expect(rowsUnder('| text | value read |')).toEqual(vectors.readOnly.map(read));
    });
  });
});

/** Rows of the table whose head begins so. */
function rowsUnder(head: string): string[] {
  const lines = page.split('\n');
  const first = lines.findIndex((line) => line.startsWith(head)) + 2;
  const end = lines.findIndex((line, at) => at >= first && !line.startsWith('|'));
  return lines.slice(first, end);
}

function row(...cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function code(text: string): string {
  if (text === '') return '(empty)';
  return /^ | $/.test(text) ? `\`\` ${text} \`\`` : `\`${text}\``;
}

function shown(value: unknown): string {
  return code(Object.is(value, -0) ? '-0' : JSON.stringify(value));
}
