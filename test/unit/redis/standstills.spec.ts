import { Standstills } from '../../../lib/redis/standstills.js';

describe('Time lost to standstills', () => {
  it('is counted from when an operation began', () => {
    const standstills = new Standstills();
    standstills.add(1000, 1400);
    standstills.add(2000, 2100);
    expect(standstills.since(500)).toBe(500);
    expect(standstills.since(1300)).toBe(200);
    expect(standstills.since(2100)).toBe(0);
  });

  it('is forgotten once no operation can remember it', () => {
    const standstills = new Standstills();
    standstills.add(0, 1000);
    standstills.add(70_000, 70_001);
    expect(standstills.since(0)).toBe(1);
  });
});
