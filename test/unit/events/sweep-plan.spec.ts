import { jest } from '@jest/globals';
import { SweepPlan } from '../../../lib/events/sweep-plan.js';

const LONGEST_MS = 10_000;

describe('When buckets of ends are looked at', () => {
  let now = 1000;
  beforeEach(() => {
    now = 1000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    jest.spyOn(Math, 'random').mockReturnValue(0);
  });
  afterEach(() => jest.restoreAllMocks());

  it('all are at once after the start', () => {
    const plan = new SweepPlan(3);
    const seen = new Set<number>();
    for (let n = 0; n < 3; n++) {
      expect(plan.nextIn).toBe(0);
      const bucket = plan.begin();
      seen.add(bucket);
      plan.note(bucket, 'none', undefined);
    }
    expect([...seen].sort()).toEqual([0, 1, 2]);
    expect(plan.nextIn).toBe(LONGEST_MS);
  });

  it('one is again when its next end is due', () => {
    const plan = new SweepPlan(1);
    plan.note(plan.begin(), 'some', 3000);
    expect(plan.nextIn).toBe(3000);
  });

  it('one that gave a whole page is again at once', () => {
    const plan = new SweepPlan(1);
    plan.note(plan.begin(), 'full', 0);
    expect(plan.nextIn).toBe(0);
  });

  it('one is sooner where a session is made that ends sooner, also while it is looked at', () => {
    const plan = new SweepPlan(1);
    plan.note(plan.begin(), 'none', undefined);
    expect(plan.expect(0, 4000)).toBe(true);
    expect(plan.expect(0, 6000)).toBe(false);
    expect(plan.nextIn).toBe(4000);
    const bucket = plan.begin();
    plan.expect(bucket, 2000);
    plan.note(bucket, 'none', undefined);
    expect(plan.nextIn).toBe(2000);
  });

  it('is more seldom where others are always first, and often again where they are not', () => {
    const plan = new SweepPlan(1);
    const look = (result: 'none' | 'some'): number => {
      plan.note(plan.begin(), result, 0);
      return plan.nextIn;
    };
    const pauses = [look('none'), look('none'), look('none'), look('none')];
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(pauses.at(-1)).toBeGreaterThan(pauses[0]!);
    for (let n = 0; n < 20; n++) expect(look('none')).toBeLessThanOrEqual(LONGEST_MS);
    for (let n = 0; n < 20; n++) look('some');
    expect(look('some')).toBe(250);
  });
});
