import { range } from '../../support/in-flight.js';
import { now } from '../lab-client.js';
import type { Rig } from '../rig.js';
import type { Scenario } from '../scenario.js';
import { underFault } from '../under-fault.js';

export const scenario: Scenario = {
  id: 'F17',
  fault: 'maxmemory reached, allkeys-lru: Redis evicts sessions and user records',
  promise: 'an evicted session is anonymous; nobody is mixed up or revived, no session is partial',
  run: () => {
    let evicted = 0;
    return underFault(
      { dataIsLost: true },
      async (rig) => {
        await setUp(rig, ['maxmemory-policy', 'allkeys-lru'], ['maxmemory', '4mb']);
        const end = now() + 6000;
        for (let round = 0; now() < end; round++) await fill(rig, round);
        evicted = await evictions(rig);
        await setUp(rig, ['maxmemory', '0'], ['maxmemory-policy', 'noeviction']);
      },
      ({ verdict, since }) =>
        `${evicted} keys evicted; ${verdict.lostAsync.length + verdict.lostDurable.length} writes and sessions gone with them, ` +
        `${verdict.revived.length} reads of a dead session, ${verdict.unsoundKeys.length} partial sessions, of ${since.length} requests`,
    );
  },
};

async function setUp(rig: Rig, ...settings: [string, string][]): Promise<void> {
  for (const node of rig.cluster.nodes) {
    for (const setting of settings) {
      await rig.cluster.command(node, 'CONFIG', 'SET', ...setting);
    }
  }
}

/** Writes 100 keys of others. */
async function fill(rig: Rig, round: number): Promise<void> {
  const write = (at: number): Promise<unknown> =>
    rig.keys.redis.set(`filling-${round}-${at}`, 'x'.repeat(5000), 'PX', 60_000);
  await Promise.all(range(100).map((at) => write(at).catch(() => undefined)));
}

async function evictions(rig: Rig): Promise<number> {
  const stats = await Promise.all(
    [0, 1, 2].map((shard) => rig.cluster.command(rig.master(shard), 'INFO', 'stats')),
  );
  return stats.reduce<number>(
    (sum, text) => sum + Number(/evicted_keys:(\d+)/.exec(String(text))?.[1]),
    0,
  );
}
