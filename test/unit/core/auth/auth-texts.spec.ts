import { AuthTexts } from '../../../../lib/core/auth/auth-texts.js';
import type { AuthBlock, SessionEntry } from '../../../../lib/core/auth/login-state.js';
import { Seal } from '../../../../lib/core/auth/seal.js';

const PLACE = { home: 'homehomehomehomehome', selector: 'selectorselector' };
const ELSEWHERE = [
  { ...PLACE, selector: 'anotherselector1' },
  { ...PLACE, home: 'anotherhomeanother01' },
];
const BLOCK: AuthBlock = { u: 'ann', g: 'g1', p: 'g0', c: { via: 'form' }, m: ['pwd'], l: 1, t: 5 };
const ENTRY: SessionEntry = {
  created: 1000,
  end: 2000,
  g: 'g1',
  d: 'Phone\nof Zoë',
  i: '10.0.0.0/24',
};

describe('What is stored of a login', () => {
  const texts = new AuthTexts(new Seal(['m4Tq8Zr2Wc6Yx0Vb5Nn9Lk3Jh7Gf1Dd-first'], 'sess:'));

  it('of the session comes back as it was, in the place of that session only', () => {
    const text = texts.sealBlock(PLACE, BLOCK);
    expect(texts.openBlock(PLACE, text)).toEqual(BLOCK);
    for (const other of ELSEWHERE) expect(texts.openBlock(other, text)).toBeUndefined();
  });

  it('of an entry comes back as it was, behind its times, in its place only', () => {
    const text = texts.sealEntry(PLACE, ENTRY);
    expect(text).toMatch(/^1000 2000 [\w-]{22}\{/);
    expect(texts.openEntry(PLACE, text)).toEqual(ENTRY);
    for (const other of ELSEWHERE) expect(texts.openEntry(other, text)).toBeUndefined();
  });

  it('of an entry is not opened with other times, or where it is none', () => {
    const text = texts.sealEntry(PLACE, ENTRY);
    const forged = [text.replace('2000', '9000'), text.replace('1000', '1001'), text.slice(5)];
    for (const other of [...forged, '!revoked 2000', '', '1 2', '1 2 ', '-1 2 x']) {
      expect(texts.openEntry(PLACE, other)).toBeUndefined();
    }
  });

  it('of a user comes back as it was, in its own field of its own record only', () => {
    const text = texts.sealField(PLACE.home, 'r', ['admin']);
    expect(texts.openField(PLACE.home, 'r', text, [])).toEqual(['admin']);
    expect(texts.openField(PLACE.home, 'x', text, {})).toBeUndefined();
    expect(texts.openField('another home', 'r', text, [])).toBeUndefined();
    expect(texts.openField(PLACE.home, 'r', '["admin"]', [])).toBeUndefined();
  });

  it('of a user is the fallback where nothing is stored, and not where the text is empty', () => {
    expect(texts.openField(PLACE.home, 'r', undefined, ['none'])).toEqual(['none']);
    expect(texts.openField(PLACE.home, 'r', '', [])).toBeUndefined();
  });

  it('of one kind does not pass for another', () => {
    const block = texts.sealBlock(PLACE, BLOCK);
    expect(texts.openEntry(PLACE, `1000 2000 ${block}`)).toBeUndefined();
    expect(texts.openField(PLACE.home, 'r', block, [])).toBeUndefined();
    expect(texts.openBlock(PLACE, texts.sealField(PLACE.home, 'r', BLOCK))).toBeUndefined();
  });
});
