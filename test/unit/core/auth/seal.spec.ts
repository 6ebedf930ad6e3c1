import { Seal } from '../../../../lib/core/auth/seal.js';

const OLD = 'm4Tq8Zr2Wc6Yx0Vb5Nn9Lk3Jh7Gf1Dd-first';
const NEW = 'b7Xe3Ks9Pv5Aw1Qz8Rm2Ut6Yi0Oj4Hg-second';
const TEXT = '{"u":"zoë","r":["admin"]}';

describe('A seal', () => {
  const seal = new Seal([OLD], 'sess:');
  const sealed = seal.seal('here', TEXT);

  it('leaves the text readable behind its MAC, and opens it in its place', () => {
    expect(sealed).toMatch(/^[\w-]{22}\{/);
    expect(sealed.slice(22)).toBe(TEXT);
    expect(seal.open('here', sealed)).toBe(TEXT);
    expect(seal.open('', seal.seal('', ''))).toBe('');
  });

  it('is broken by each changed bit', () => {
    const bytes = Buffer.from(sealed);
    for (let at = 0; at < bytes.length * 8; at++) {
      const changed = Buffer.from(bytes);
      changed[at >> 3]! ^= 1 << (at & 7);
      expect(seal.open('here', changed.toString('latin1'))).toBeUndefined();
      const text = changed.toString();
      if (text !== sealed) expect(seal.open('here', text)).toBeUndefined();
    }
  });

  it('is broken by what is added or missing', () => {
    for (const other of [
      '',
      sealed.slice(1),
      sealed.slice(0, -1),
      sealed.slice(0, 21),
      `${sealed} `,
    ]) {
      expect(seal.open('here', other)).toBeUndefined();
    }
  });

  it('holds in no other place, and no text passes for part of the place', () => {
    expect(seal.open('there', sealed)).toBeUndefined();
    expect(seal.open('here\0{', seal.seal('here', '{\0x'))).toBeUndefined();
  });

  it('is not that of another secret or prefix', () => {
    expect(new Seal([NEW], 'sess:').open('here', sealed)).toBeUndefined();
    expect(new Seal([OLD], 'shop:').open('here', sealed)).toBeUndefined();
  });

  it('is made with the first secret and opened with each', () => {
    const [before, after] = [new Seal([OLD, NEW], 'sess:'), new Seal([NEW, OLD], 'sess:')];
    expect(before.seal('here', TEXT)).toBe(sealed);
    expect(after.seal('here', TEXT)).not.toBe(sealed);
    expect(after.open('here', sealed)).toBe(TEXT);
    expect(before.open('here', after.seal('here', TEXT))).toBe(TEXT);
    expect(new Seal([NEW], 'sess:').open('here', after.seal('here', TEXT))).toBe(TEXT);
  });
});
