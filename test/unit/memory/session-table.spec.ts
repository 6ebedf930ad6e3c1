import { jest } from '@jest/globals';
import { MemorySessionStore } from '../../../lib/memory/memory-session-store.js';
import { SessionTable } from '../../../lib/memory/session-table.js';

describe('A sweep of the memory store', () => {
  let looks: number;
  let time: number;

  /** An entry that counts how often somebody asks for its end. */
  const until = (end: number) => ({
    get end(): number {
      looks++;
      return end;
    },
  });

  beforeEach(() => {
    looks = 0;
    time = 1000;
  });

  const table = (...ends: number[]) => {
    const made = new SessionTable<{ end: number }>(() => time, 100_000);
    ends.forEach((end, n) => made.set(`entry ${n}`, until(end)));
    return made;
  };

  it('removes what has ended, though nobody asks for it, and keeps the others', () => {
    const entries = table(1000, 2000, 1500);
    time = 1500;

    entries.sweep();

    expect(looks).toBe(3);
    looks = 0;
    entries.sweep();
    expect(looks).toBe(1);
    expect(entries.get('entry 1')).toBeDefined();
  });

  it('looks at no more than 10,000 entries at a time, and at all of them in turn', () => {
    const entries = table(...Array.from({ length: 25_000 }, () => 1500));
    const steps = [1, 2, 3].map(() => {
      looks = 0;
      entries.sweep();
      return looks;
    });
    time = 1500;
    for (let step = 0; step < 3; step++) entries.sweep();
    looks = 0;
    entries.sweep();

    expect(steps).toEqual([10_000, 10_000, 10_000]);
    expect(looks).toBe(0);
  });

  it('of nothing is no error', () => {
    expect(() => table().sweep()).not.toThrow();
  });

  it('runs by a timer that keeps no process alive and ends with the store', async () => {
    const started = jest.spyOn(globalThis, 'setInterval');
    const ended = jest.spyOn(globalThis, 'clearInterval');
    const store = new MemorySessionStore();

    expect(started).not.toHaveBeenCalled();
    await store.connect();
    await store.connect();
    expect(started).toHaveBeenCalledTimes(1);
    const timer = started.mock.results[0]!.value as NodeJS.Timeout;
    expect(timer.hasRef()).toBe(false);
    await store.close();
    expect(ended).toHaveBeenCalledWith(timer);

    jest.restoreAllMocks();
  });
});
