import type { AuthBlock, Login, SessionEntry } from '../../../../lib/core/auth/login-state.js';
import { judge } from '../../../../lib/core/auth/login-judge.js';
import { homeOfUser } from '../../../../lib/core/auth/user-home.js';
import type { RecordField, UserTexts } from '../../../../lib/core/auth/user-texts.js';
import type { ReadResult, SessionAddress } from '../../../../lib/core/session-store.js';
import { testAuth } from '../../../support/test-sessions.js';

const NOW = 1_700_000_000_000;
const HOME = homeOfUser('ann', undefined);
const ADDRESS: SessionAddress = {
  kind: 'user',
  home: HOME,
  selector: 'selectorselector',
  digest: 'digest',
};
const BLOCK: AuthBlock = { u: 'ann', g: 'g1', c: { via: 'form' }, m: ['pwd'], l: 1, t: NOW - 500 };
const ENTRY: SessionEntry = { created: NOW - 1000, end: NOW + 1000, g: 'g1' };

describe('A session that was read', () => {
  const auth = testAuth();
  const { texts } = auth;

  interface Given {
    readonly block?: AuthBlock | string | undefined;
    readonly entry?: SessionEntry | string | undefined;
    readonly fields?: Partial<Record<RecordField, string>>;
  }

  /** Sealed in the right place; a text stays as it is. */
  function stored({ block = BLOCK, entry = ENTRY, fields = {} }: Given = {}): ReadResult {
    const sealed = typeof block === 'string' ? block : texts.sealBlock(ADDRESS, block);
    return {
      status: 'live',
      record: {
        times: { createdAt: NOW - 1000, absoluteEnd: NOW + 1000, idle: 900, touchedAt: NOW },
        secret: { newest: ADDRESS.digest, madeAt: NOW - 1000, renewable: true },
        fields: new Map([['@a', sealed]]),
        touchDue: false,
      },
      user: user(typeof entry === 'string' ? entry : texts.sealEntry(ADDRESS, entry), fields),
    };
  }

  function user(
    entry: string | undefined,
    fields: Partial<Record<RecordField, string>> = {},
  ): UserTexts {
    return { entry, fields: new Map(Object.entries(fields) as [RecordField, string][]) };
  }

  const judged = (found: ReadResult, now = NOW, revokedAt = 0) =>
    judge(auth, ADDRESS, found, now, revokedAt);
  const ended = (reason: string) => ({ status: 'ended', reason });

  it('is a login where session and record were sealed for it, with what both say', () => {
    const fields = {
      r: texts.sealField(HOME, 'r', ['admin']),
      x: texts.sealField(HOME, 'x', { plan: 'pro' }),
    };
    const result = judged(stored({ fields }));
    expect(result).toMatchObject({
      status: 'live',
      login: {
        principal: {
          id: 'ann',
          roles: ['admin'],
          attributes: { plan: 'pro' },
          claims: { via: 'form' },
          amr: ['pwd'],
          aal: 1,
          loginAt: new Date(NOW - 1000),
          authenticatedAt: new Date(NOW - 500),
          remembered: false,
        },
      },
    });
  });

  it('is a login without roles and attributes where the record has none, and nobody can change it', () => {
    const result = judged(stored());
    if (result.status !== 'live') throw new Error(result.status);
    const { principal } = result.login!;
    expect([principal.roles, principal.attributes]).toEqual([[], {}]);
    const { roles, attributes, claims, amr } = principal;
    for (const part of [principal, roles, attributes, claims, amr]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('gives no request anything that another could have changed', () => {
    const fields = { x: texts.sealField(HOME, 'x', { plan: { name: 'pro' } }) };
    const attributes = () => {
      const result = judged(stored({ fields }));
      return (result as { login: Login }).login.principal.attributes as { plan: { name: string } };
    };
    expect(() => (attributes().plan.name = 'free')).toThrow(TypeError);
    expect(attributes()).toEqual({ plan: { name: 'pro' } });
  });

  it('of an anonymous token is nobody, whatever is stored, and as it was found', () => {
    const anonymous = { ...ADDRESS, kind: 'anonymous' as const };
    const of = (found: ReadResult) => judge(auth, anonymous, found, NOW, NOW + 1);
    expect(of(stored())).toMatchObject({ status: 'live', login: undefined });
    expect(of({ status: 'missing' })).toEqual({ status: 'missing' });
    expect(of({ status: 'ended', reason: 'destroyed' })).toEqual(ended('destroyed'));
  });

  it('that had ended stays so, for the reason that the session itself gives', () => {
    expect(judged({ status: 'ended', reason: 'rotated' })).toEqual(ended('rotated'));
  });

  it('that is gone is missing, or over for the reason that the record gives', () => {
    const gone = (given?: UserTexts) => judged({ status: 'missing', user: given });
    expect(gone()).toEqual({ status: 'missing' });
    expect(gone(user(undefined))).toEqual({ status: 'missing' });
    expect(gone(user(texts.sealEntry(ADDRESS, ENTRY)))).toEqual({ status: 'missing' });
    expect(gone(user('!evicted 1700000000001'))).toEqual(ended('evicted'));
  });

  it('that the record does not list is over, for the reason that stands there', () => {
    expect(judged({ ...stored(), user: undefined } as ReadResult)).toEqual(ended('revoked'));
    expect(judged({ ...stored(), user: user(undefined) } as ReadResult)).toEqual(ended('revoked'));
    expect(judged(stored({ entry: '!logout 1700000000001' }))).toEqual(ended('logout'));
  });

  it('of a disabled user is over, whatever says so', () => {
    expect(judged(stored({ fields: { d: 'not even sealed' } }))).toEqual(ended('disabled'));
    expect(judged(stored({ entry: '!revoked 1700000000001', fields: { d: '' } }))).toEqual(
      ended('disabled'),
    );
  });

  const elsewhere = { ...ADDRESS, selector: 'anotherselector1' };
  it.each<[part: string, what: string, given: Given]>([
    ['session', 'has no login of its own', { block: '' }],
    ['session', 'has the login of another', { block: texts.sealBlock(elsewhere, BLOCK) }],
    ['session', "lies in another user's home", { block: { ...BLOCK, u: 'bob' } }],
    ['entry', 'has an entry that is none', { entry: '1 2 3' }],
    ['entry', 'has the entry of another', { entry: texts.sealEntry(elsewhere, ENTRY) }],
    ['generation', 'is older than its record', { block: { ...BLOCK, g: 'g0' } }],
    ['generation', 'is two elevations ahead', { block: { ...BLOCK, g: 'g3', p: 'g2' } }],
    ['roles', 'has roles nobody sealed', { fields: { r: '["admin"]' } }],
    ['attributes', 'has attributes of another', { fields: { x: texts.sealField('x', 'x', {}) } }],
  ])('is forged (%s) where it %s', (part, _, given) => {
    expect(judged(stored())).toMatchObject({ status: 'live' });
    expect(judged(stored(given))).toEqual({ status: 'forged', part });
  });

  it('that is one elevation ahead of its record is a login: the record follows', () => {
    expect(judged(stored({ block: { ...BLOCK, g: 'g2', p: 'g1' } }))).toMatchObject({
      status: 'live',
    });
  });

  it('is over at its end to the millisecond, whatever end the session itself has', () => {
    expect(judged(stored(), ENTRY.end - 1)).toMatchObject({ status: 'live' });
    expect(judged(stored(), ENTRY.end)).toEqual({ status: 'missing' });
  });

  it('is over where everyone was logged out since, to the millisecond', () => {
    expect(judged(stored(), NOW, ENTRY.created - 1)).toMatchObject({ status: 'live' });
    expect(judged(stored(), NOW, ENTRY.created)).toEqual(ended('revoked'));
  });
});
