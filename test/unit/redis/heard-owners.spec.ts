import { HeardOwners } from '../../../lib/redis/removals/heard-owners.js';
import type { SlotConnections } from '../../../lib/redis/removals/slot-connections.js';

describe('Who hears the hints', () => {
  let serving: object;
  let answers: (() => void)[];
  let owners: HeardOwners;

  beforeEach(() => {
    serving = {};
    answers = [];
    const connections = { ofOwners: () => new Set([serving]) };
    owners = new HeardOwners(
      connections as unknown as SlotConnections,
      () => new Promise((resolve) => answers.push(resolve)),
    );
  });

  it('believes the connection that was there when it began, and no other', async () => {
    const first = serving;
    const hearing = owners.listen(first);
    serving = {};
    answers[0]!();
    await hearing;
    expect([owners.has(first), owners.has(serving)]).toEqual([true, false]);
  });

  it('asks once for all that wait for the same connection', () => {
    expect(owners.listen(serving)).toBe(owners.listen(serving));
    expect(answers).toHaveLength(1);
  });

  it('does not wait for what was begun before there was the connection, nor falls back to it', async () => {
    const stuck = owners.listen(serving);
    serving = {};
    const hearing = owners.listen(serving);
    answers[1]!();
    await hearing;
    answers[0]!();
    await stuck;
    expect(owners.has(serving)).toBe(true);
  });
});
