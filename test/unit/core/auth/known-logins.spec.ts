import {
  KnownLogins,
  type LoginTexts,
  type OpenedLogin,
} from '../../../../lib/core/auth/known-logins.js';

const TEXTS: LoginTexts = { block: 'b', entry: 'e', roles: 'r', attributes: 'x' };
const LOGIN: OpenedLogin = {
  block: { u: 'ann', g: 'g', c: {}, m: ['pwd'], l: 1, t: 1 },
  entry: { created: 1, end: 2, g: 'g' },
  roles: ['admin'],
  attributes: {},
};

describe('A login whose seals were found good', () => {
  it('is known again by the same texts', () => {
    const known = new KnownLogins();
    known.keep('home', 'handle', TEXTS, LOGIN);
    expect(known.find('home', 'handle', { ...TEXTS })).toBe(LOGIN);
  });

  it.each<[what: string, texts: Partial<LoginTexts>]>([
    ["the session's block", { block: 'other' }],
    ['the entry', { entry: 'other' }],
    ['the roles', { roles: 'other' }],
    ['that there are roles', { roles: undefined }],
    ['the attributes', { attributes: 'other' }],
  ])('is not known once %s differs', (_, texts) => {
    const known = new KnownLogins();
    known.keep('home', 'handle', TEXTS, LOGIN);
    expect(known.find('home', 'handle', { ...TEXTS, ...texts })).toBeUndefined();
  });

  it('is not known in the home of another user, nor as another session', () => {
    const known = new KnownLogins();
    known.keep('home', 'handle', TEXTS, LOGIN);
    expect(known.find('elsewhere', 'handle', TEXTS)).toBeUndefined();
    expect(known.find('home', 'other', TEXTS)).toBeUndefined();
  });

  it('makes room for later ones', () => {
    const known = new KnownLogins(2);
    for (const handle of ['a', 'b', 'c']) known.keep('home', handle, TEXTS, LOGIN);
    const isKnown = (handle: string) => known.find('home', handle, TEXTS) !== undefined;
    expect(['a', 'b', 'c'].map(isKnown)).toEqual([false, true, true]);
  });

  it('is not kept where its texts are large, nor what was kept before', () => {
    const known = new KnownLogins();
    known.keep('home', 'handle', TEXTS, LOGIN);
    const large = { ...TEXTS, attributes: 'x'.repeat(5000) };
    known.keep('home', 'handle', large, LOGIN);
    expect(known.find('home', 'handle', large)).toBeUndefined();
    expect(known.find('home', 'handle', TEXTS)).toBeUndefined();
  });
});
