import { HeardOwners } from '../../../lib/redis/removals/heard-owners.js';
import type { SlotConnections } from '../../../lib/redis/removals/slot-connections.js';

const SLOT = 7;

describe('Who hears the hints', () => {
  let serving: object;
  let answers: (() => void)[];
  let owners: HeardOwners;

  beforeEach(() => {
    serving = {};
    answers = [];
    const connections = { all: () => Array.from({ length: 8 }, () => serving) };
    owners = new HeardOwners(
      connections as unknown as SlotConnections,
      () => new Promise((resolve) => answers.push(resolve)),
    );
  });

  it('believes the connection that was there when it began, and no other', async () => {
    const first = serving;
    const hearing = owners.listen(SLOT, first);
    serving = {};
    answers[0]!();
    await hearing;
    expect([owners.has(SLOT, first), owners.has(SLOT, serving)]).toEqual([true, false]);
  });

  it('asks once for all that wait for the same connection', () => {
    expect(owners.listen(SLOT, serving)).toBe(owners.listen(SLOT, serving));
    expect(answers).toHaveLength(1);
  });

  it('does not wait for what was begun before there was the connection, nor falls back to it', async () => {
    const stuck = owners.listen(SLOT, serving);
    serving = {};
    const hearing = owners.listen(SLOT, serving);
    answers[1]!();
    await hearing;
    answers[0]!();
    await stuck;
    expect(owners.has(SLOT, serving)).toBe(true);
  });
});
