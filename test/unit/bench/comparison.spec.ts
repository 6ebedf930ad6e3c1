import { addedOf, addedRatioOf, totalOf, totalRatioOf } from '../../../bench/report/derive.js';
import { median, spreadOf } from '../../../bench/report/statistics.js';
import { cpuResult, cpuRow } from './results.js';

describe('what the bench says of a candidate', () => {
  it('is the middle of all rounds, between the least and the most', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 9, 2])).toBe(3);
    expect(spreadOf([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9 });
  });

  it('is a ratio to the peer of the same round, so that a slow machine favours neither', () => {
    const own = cpuRow('own', 'own', [100, 300, 200]);
    const result = cpuResult([cpuRow('peer', 'peer', [200, 600, 1000]), own]);

    expect(totalRatioOf(result, own)).toEqual([2, 2, 5]);
  });

  it('is the CPU of app and Redis together, less that of the bare app of the same round', () => {
    const own = cpuRow('own', 'own', [100, 300], { rounds: { app: [100, 300], redis: [10, 20] } });
    const result = cpuResult([cpuRow('bare', 'bare', [50, 200]), own]);

    expect(totalOf(own)).toEqual([110, 320]);
    expect(addedOf(result, own)).toEqual([60, 120]);
  });

  it('is how many times less is added than the peer adds', () => {
    const own = cpuRow('own', 'own', [60, 220]);
    const rows = [cpuRow('bare', 'bare', [50, 200]), cpuRow('peer', 'peer', [90, 260]), own];

    expect(addedRatioOf(cpuResult(rows), own)).toEqual([4, 3]);
  });

  it('does not hide what our sessions add behind what our module spares the bare app', () => {
    const own = cpuRow('own', 'own', [60]);
    const peer = cpuRow('peer', 'peer', [190]);
    const beside = cpuRow('bare-beside-ours', 'floor', [40]);
    const result = cpuResult([cpuRow('bare', 'bare', [100]), beside, peer, own]);

    expect(addedOf(result, own)).toEqual([20]);
    expect(addedOf(result, peer)).toEqual([90]);
    expect(addedRatioOf(result, own)).toEqual([4.5]);
  });

  it('compares only what runs on the same platform', () => {
    const own = cpuRow('own', 'own', [100], { platform: 'fastify' });
    const result = cpuResult([cpuRow('peer', 'peer', [200]), own]);

    expect(totalRatioOf(result, own)).toEqual([]);
  });
});
