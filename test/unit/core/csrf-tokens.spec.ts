import { CsrfTokens, type CsrfHolder } from '../../../lib/core/csrf-tokens.js';

const SECRET = 'qV3xN8-tKbZ1rW6yGm0PdLs9_UfHcJ5eXo2iTaQwE7k';
const OTHER_SECRET = '5hRzYp_Mv8QdWc2LgKs0TnBx7JfAe-U4oXiE9qNt1aG';
const HOLDER: CsrfHolder = { kind: 'session', secret: 'digest-of-a-session' };

describe('a CSRF token', () => {
  const tokens = new CsrfTokens([SECRET], 'sess:');

  it('is good for its holder, and never the same', () => {
    const made = Array.from({ length: 100 }, () => tokens.issue(HOLDER));

    expect(new Set(made).size).toBe(100);
    for (const token of made) {
      expect(token).toMatch(/^[A-Za-z0-9_-]{65}$/);
      expect(tokens.verify(HOLDER, token)).toBe(true);
    }
  });

  it.each<[string, CsrfHolder]>([
    ['another secret', { kind: 'session', secret: 'digest-of-another' }],
    ['another kind', { kind: 'visitor', secret: HOLDER.secret }],
  ])('is good for no holder of %s', (_, holder) => {
    expect(tokens.verify(holder, tokens.issue(HOLDER))).toBe(false);
  });

  it('is refused when any of its characters changes', () => {
    const token = tokens.issue(HOLDER);

    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'g' : 'A';
      expect(tokens.verify(HOLDER, token.slice(0, at) + other + token.slice(at + 1))).toBe(false);
    }
  });

  it.each(['', 'x', 'A'.repeat(64), 'A'.repeat(66), 'A'.repeat(65), `${'é'.repeat(65)}`])(
    'is no text such as %j',
    (text) => {
      expect(tokens.verify(HOLDER, text)).toBe(false);
    },
  );

  it('stays good while its secret is one of several, and where the first has changed', () => {
    const before = tokens.issue(HOLDER);
    const both = new CsrfTokens([OTHER_SECRET, SECRET], 'sess:');

    expect(both.verify(HOLDER, before)).toBe(true);
    expect(tokens.verify(HOLDER, both.issue(HOLDER))).toBe(false);
  });

  it('is of one app: another keyPrefix makes others', () => {
    const others = new CsrfTokens([SECRET], 'shop:');

    expect(others.verify(HOLDER, tokens.issue(HOLDER))).toBe(false);
  });
});
