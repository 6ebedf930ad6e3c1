import { Standstills } from '../../../lib/redis/standstills.js';

const NODE = {};
const OTHER = {};

/** After standstills of one node. */
function after(...times: [from: number, to: number][]): Standstills {
  const standstills = new Standstills();
  for (const [from, to] of times) {
    standstills.begin(NODE, from);
    standstills.end(NODE, to);
  }
  return standstills;
}

describe('Time lost to standstills', () => {
  it('is counted from when an operation began', () => {
    const standstills = after([1000, 1400], [2000, 2100]);
    expect(standstills.since(500, 3000)).toBe(500);
    expect(standstills.since(1300, 3000)).toBe(200);
    expect(standstills.since(2100, 3000)).toBe(0);
  });

  it('is counted up to now where a node does not serve yet', () => {
    const standstills = after([1000, 1400]);
    standstills.begin(NODE, 2000);
    standstills.begin(NODE, 2200);
    standstills.begin(OTHER, 2400);
    expect(standstills.since(1900, 2500)).toBe(600);
    expect(standstills.since(2450, 2500)).toBe(100);
    standstills.end(NODE, 2500);
    expect(standstills.since(1900, 2600)).toBe(700);
  });

  it('is forgotten once no operation can remember it', () => {
    expect(after([0, 1000], [70_000, 70_001]).since(0, 70_002)).toBe(1);
  });
});
