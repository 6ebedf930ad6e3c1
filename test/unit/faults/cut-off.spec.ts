import { afterwards, foundAs } from '../../faults/cut-off.js';
import type { Sight } from '../../faults/history.js';

const BEFORE: Sight = { mark: 'old', log: ['first'], user: 'ann' };

describe('A session whose request was cut off', () => {
  it.each(['write', 'append', 'increment', 'rotate', 'logout'] as const)(
    'is as before or as after it: %s',
    (act) => {
      const after = afterwards(act, 'new', BEFORE);
      expect(foundAs(BEFORE, { ...BEFORE }, after)).toBe('as before');
      expect(foundAs(BEFORE, { ...after }, after)).toBe('as after');
    },
  );

  it.each([
    ['applied twice', 'append', { ...BEFORE, log: ['first', 'new', 'new'] }],
    ['counted twice', 'increment', { ...BEFORE, count: 2 }],
    ['half of it', 'logout', { log: ['first'] }],
    ['another value', 'write', { ...BEFORE, mark: 'strange' }],
  ] as const)('is as neither where that is what it shows: %s', (_, act, now) => {
    expect(foundAs(BEFORE, now, afterwards(act, 'new', BEFORE))).toBe('as neither');
  });
});
