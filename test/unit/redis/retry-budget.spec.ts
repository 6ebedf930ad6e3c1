import { RetryBudget } from '../../../lib/redis/retry-budget.js';

const spendAll = (budget: RetryBudget): number => {
  let spent = 0;
  while (budget.spend()) spent++;
  return spent;
};

describe('A retry budget', () => {
  it('has a reserve to begin with, and then a tenth of what is asked for', () => {
    const budget = new RetryBudget();
    expect(spendAll(budget)).toBe(50);
    for (let n = 0; n < 105; n++) budget.earn();
    expect(spendAll(budget)).toBe(10);
  });

  it('saves no more than the reserve', () => {
    const budget = new RetryBudget();
    for (let n = 0; n < 10_000; n++) budget.earn();
    expect(spendAll(budget)).toBe(50);
  });
});
