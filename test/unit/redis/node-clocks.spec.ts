import { jest } from '@jest/globals';
import { NodeClocks } from '../../../lib/redis/node-clocks.js';

/** What the node's clock shows less what this process' monotonic one does. */
const OFFSET = 1_700_000_000_000;

describe("A node's clock", () => {
  let here: number;
  let clocks: NodeClocks;

  beforeEach(() => {
    here = 5000;
    jest.spyOn(performance, 'now').mockImplementation(() => here);
    clocks = new NodeClocks();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** Asks the node: so long until it looks at its clock, so long until the reply is here. */
  function ask(node: string, there: number, back: number): void {
    const sentAt = here;
    const time = Math.floor(OFFSET + here + there);
    here += there + back;
    clocks.observe(node, time, sentAt);
  }

  /** By how much the estimate is behind the node. */
  const behind = (node: string): number => OFFSET + here - clocks.now(node)!;

  it('is unknown until the node has told it', () => {
    expect(clocks.now('a:1')).toBeUndefined();
    ask('a:1', 1, 1);
    expect(clocks.now('a:1')).toBeDefined();
    expect(clocks.now('b:1')).toBeUndefined();
  });

  it('goes on with the monotonic clock', () => {
    ask('a:1', 0, 0);
    here += 1234;

    expect(clocks.now('a:1')).toBe(OFFSET + here);
  });

  it('is never estimated ahead, and behind by no more than the way back and a millisecond', () => {
    for (const [there, back] of [
      [0, 0],
      [0.3, 0.2],
      [10, 0.1],
      [0.1, 10],
      [50, 50],
    ] as const) {
      const node = `${there}:${back}`;
      ask(node, there, back);

      expect(behind(node)).toBeGreaterThanOrEqual(0);
      expect(behind(node)).toBeLessThanOrEqual(back + 1);
    }
  });

  it('is estimated by the better of two readings', () => {
    ask('a:1', 1, 1);
    ask('a:1', 1, 200);
    expect(behind('a:1')).toBe(1);

    ask('a:1', 0, 0);
    expect(behind('a:1')).toBe(0);
  });

  it('is read anew after 10 s, however good the last reading was: clocks drift', () => {
    ask('a:1', 0, 0);
    here += 9000;
    ask('a:1', 0, 200);
    expect(behind('a:1')).toBe(0);

    here += 1000;
    ask('a:1', 0, 200);
    expect(behind('a:1')).toBe(200);
  });

  it('is kept for each node', () => {
    ask('a:1', 0, 0);
    clocks.observe('b:1', 42, here);

    expect(clocks.now('a:1')).toBe(OFFSET + here);
    expect(clocks.now('b:1')).toBe(42);
  });

  it('is unknown again once it is forgotten, and the next reading counts', () => {
    ask('a:1', 0, 0);
    clocks.forget('a:1');
    expect(clocks.now('a:1')).toBeUndefined();

    ask('a:1', 0, 200);
    expect(behind('a:1')).toBe(200);
  });
});
