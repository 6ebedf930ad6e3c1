import { jest } from '@jest/globals';
import { WithdrawalMemory } from '../../../lib/redis/removals/withdrawal-memory.js';
import type { Withdrawal } from '../../../lib/redis/removals/withdrawal.js';

const struck = (selector: string): Withdrawal => ({ kind: 'struck', selector, reason: 'revoked' });
const roles = (text: string, at: number): Withdrawal => ({ kind: 'written', field: 'r', text, at });

describe('What took rights away', () => {
  const on = {};
  let now = 0;

  beforeEach(() => {
    now = 1000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
  });
  afterEach(() => jest.restoreAllMocks());

  const names = (memory: WithdrawalMemory, home: string): string[] => [
    ...(memory.placeOf(home)?.kept.keys() ?? []),
  ];

  it('is remembered for a minute after it was last heard of', () => {
    const memory = new WithdrawalMemory();
    memory.add('home', [struck('a'), struck('b')], on);
    now += 59_000;
    memory.add('home', [struck('b')], on);
    now += 1000;

    expect(names(memory, 'home')).toEqual(['struck b']);

    now += 59_000;
    expect(memory.placeOf('home')).toBeUndefined();
    expect([memory.size, memory.bytes]).toEqual([0, 0]);
  });

  it('is bounded in number: of too many the oldest are forgotten', () => {
    const memory = new WithdrawalMemory({ most: 100 });
    for (let n = 0; n < 1000; n++) memory.add(`home-${n}`, [struck('a')], on);

    expect(memory.size).toBe(100);
    expect(memory.placeOf('home-899')).toBeUndefined();
    expect(memory.placeOf('home-900')).toBeDefined();
    expect(memory.places()).toHaveLength(100);
  });

  it('is bounded in bytes', () => {
    const memory = new WithdrawalMemory({ bytes: 100_000 });
    const text = 'x'.repeat(4000);
    for (let n = 0; n < 1000; n++) memory.add(`home-${n}`, [roles(text, n + 1)], on);

    expect(memory.bytes).toBeLessThanOrEqual(100_000);
    expect(memory.size).toBeGreaterThan(15);
  });

  it('is one fact for each thing, the newest, however often it changes', () => {
    const memory = new WithdrawalMemory();
    for (let n = 1; n <= 100; n++) memory.add('home', [roles(`roles-${n}`, n)], on);
    memory.add('home', [roles('older', 50)], on);

    const kept = [...memory.placeOf('home')!.kept.values()].map(({ withdrawal }) => withdrawal);
    expect(kept).toEqual([roles('roles-100', 100)]);
  });

  it('is settled on the connection over which all of it was done, and on none where that is not known', () => {
    const memory = new WithdrawalMemory();
    memory.add('home', [struck('a')], on);
    memory.add('home', [struck('b')], on);
    expect(memory.placeOf('home')!.settledOn).toBe(on);

    memory.add('home', [struck('a')], undefined); // nothing new
    expect(memory.placeOf('home')!.settledOn).toBe(on);

    memory.add('home', [struck('c')], {});
    expect(memory.placeOf('home')!.settledOn).toBeUndefined();
  });
});
