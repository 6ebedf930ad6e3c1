import { problemsOf, resolve } from './given-options.js';

const limitOf = (maxSessionsPerUser: unknown) => resolve({ maxSessionsPerUser }).maxSessionsPerUser;

describe('maxSessionsPerUser', () => {
  it('is a count, any number, or a function; what happens at it is said beside it', () => {
    const most = (): number => 3;
    expect(limitOf(1)).toEqual({ most: 1, atLimit: 'evict-oldest' });
    expect(limitOf(100_000)).toEqual({ most: 100_000, atLimit: 'evict-oldest' });
    expect(limitOf('unlimited')).toEqual({ most: Infinity, atLimit: 'evict-oldest' });
    expect(limitOf(most)).toEqual({ most, atLimit: 'evict-oldest' });
    expect(limitOf({ limit: 5, atLimit: 'reject' })).toEqual({ most: 5, atLimit: 'reject' });
    expect(limitOf({ limit: most, atLimit: 'evict-idle' })).toEqual({
      most,
      atLimit: 'evict-idle',
    });
    expect(limitOf({ atLimit: 'reject' })).toEqual({ most: 50, atLimit: 'reject' });
    expect(limitOf({ limit: 'unlimited' })).toEqual({ most: Infinity, atLimit: 'evict-oldest' });
  });

  it.each([0, -1, 1.5, 100_001, NaN, Infinity, '50', true, null, [5]])(
    'is refused where it is %p, with what is expected',
    (value) => {
      for (const given of [value, { limit: value }]) {
        const path = Object.is(given, value) ? 'maxSessionsPerUser' : 'maxSessionsPerUser.limit';
        expect(problemsOf({ maxSessionsPerUser: given })).toEqual([
          expect.stringMatching(`^${path}: .*a whole number from 1 to 100000`),
        ]);
      }
    },
  );

  it('is refused where what happens at it, or an option of it, is unknown', () => {
    expect(problemsOf({ maxSessionsPerUser: { limit: 5, atLimit: 'evict' } })).toEqual([
      expect.stringMatching(/^maxSessionsPerUser\.atLimit: .*'evict-oldest'/),
    ]);
    expect(problemsOf({ maxSessionsPerUser: { limits: 5 } })).toEqual([
      expect.stringMatching(/^maxSessionsPerUser\.limits: .*no such option/),
    ]);
  });
});
