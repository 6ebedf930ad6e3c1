import { dueAfter } from '../../faults/load.js';

describe('An open load of 20 requests a second', () => {
  it.each([
    [0, 1],
    [49, 1],
    [50, 2],
    [1000, 21],
  ])('has after %i ms %i requests due, none of them an interval late', (elapsed, due) => {
    expect(dueAfter(elapsed, 20)).toBe(due);
  });
});
