import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AuthTexts } from '../../../lib/core/auth/auth-texts.js';
import type { AuthBlock, SessionEntry } from '../../../lib/core/auth/login-state.js';
import { Seal } from '../../../lib/core/auth/seal.js';
import { homeOfUser } from '../../../lib/core/auth/user-home.js';
import { decodeField, encodeField } from '../../../lib/core/field-codec.js';
import { sessionKey, userRecordKey } from '../../../lib/core/session-keys.js';
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

interface HomeVector {
  readonly pepper: string | null;
  readonly userId: string;
  readonly home: string;
}

interface SealVector {
  readonly appSecret: string;
  readonly keyPrefix: string;
  readonly what: 'session' | 'entry' | 'r' | 'x' | 'd';
  readonly home: string;
  readonly selector: string;
  readonly place: string;
  readonly value: unknown;
  readonly sealed: string;
}

interface TextVector {
  readonly value: unknown;
  readonly text: string;
}

interface Vectors {
  readonly tokens: readonly TokenVector[];
  readonly homes: readonly HomeVector[];
  readonly sealed: readonly SealVector[];
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

  describe('of users', () => {
    it.each(vectors.homes)('puts $userId into $home', ({ pepper, userId, home }) => {
      expect(homeOfUser(userId, pepper ?? undefined)).toBe(home);
      expect(userRecordKey('sess:', home)).toBe(`sess:{${home}}:user`);
    });

    it.each(vectors.sealed)('seals $what as $sealed', (vector) => {
      const { appSecret, keyPrefix, place, value, sealed } = vector;
      const seal = new Seal([appSecret], keyPrefix);
      expect(seal.open(place, sealed)).toBe(JSON.stringify(value));
      expect(seal.seal(place, JSON.stringify(value))).toBe(sealed);
      expect(written(new AuthTexts(seal), vector)).toBe(sealed);
    });

    it('opens no sealed vector under the secret, prefix or place of another', () => {
      for (const { appSecret, keyPrefix, place, sealed } of vectors.sealed) {
        for (const other of vectors.sealed) {
          const fits = [other.appSecret, other.keyPrefix, other.place];
          const same = fits.join() === [appSecret, keyPrefix, place].join();
          const opened = new Seal([other.appSecret], other.keyPrefix).open(other.place, sealed);
          expect(opened !== undefined).toBe(same);
        }
      }
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
      expect(rowsUnder('| secret option | keyPrefix | token |')).toEqual(rows);
    });

    it('where each sealed text and each home is a row, and there is no other', () => {
      const seals = vectors.sealed.map(({ appSecret, keyPrefix, place, value, sealed }) =>
        row(...[appSecret, keyPrefix, place, JSON.stringify(value), sealed].map(code)),
      );
      const homes = vectors.homes.map(({ pepper, userId, home }) =>
        row(pepper === null ? '(none)' : code(pepper), code(userId), code(home)),
      );
      expect(rowsUnder('| secret option | keyPrefix | place |')).toEqual(seals);
      expect(rowsUnder('| pepper option |')).toEqual(homes);
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

/** The text as the library stores it, less the times of an entry. */
function written(texts: AuthTexts, { what, home, selector, place, value }: SealVector): string {
  const at = { home, selector };
  if (what === 'session') return texts.sealBlock(at, value as AuthBlock);
  if (what !== 'entry') return texts.sealField(home, what, value);
  const [created, end] = place.split(' ').slice(3).map(Number);
  const entry = { ...(value as SessionEntry), created: created!, end: end! };
  const text = texts.sealEntry(at, entry);
  expect(text).toMatch(new RegExp(`^${created} ${end} `));
  return text.split(' ').slice(2).join(' ');
}

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
