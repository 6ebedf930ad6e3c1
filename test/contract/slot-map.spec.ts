import { createCluster } from '../../lib/redis/redis-client.js';
import { SlotMap } from '../../lib/redis/slot-map.js';
import { startRedisCluster, type RedisTestCluster } from '../../lib/testing/index.js';
import { range } from '../support/in-flight.js';

describe('SlotMap', () => {
  let cluster: RedisTestCluster;
  let client: ReturnType<typeof createCluster>;

  beforeAll(async () => {
    cluster = await startRedisCluster({ nodeTimeout: 60_000 });
    client = createCluster(cluster.addresses, { slotsRefreshInterval: 0 });
    await client.connect();
  });

  afterAll(async () => {
    client?.disconnect();
    await cluster?.close();
  });

  const refreshed = (map: SlotMap, avoided: ReadonlySet<string>): Promise<void> =>
    new Promise((resolve) => map.refresh(avoided, resolve));

  it('learns who owns a slot without asking the node that is avoided', async () => {
    const avoided = await cluster.masterOf(0);
    const names = new Set([`${avoided.host}:${avoided.port}`]);
    const map = new SlotMap(client);
    await cluster.command(avoided, 'CONFIG', 'RESETSTAT');
    const target = cluster.nodes.find((node) => node.role === 'master' && node !== avoided)!;
    await cluster.moveSlot(0, target);

    for (const _ of range(10)) await refreshed(map, names);

    expect(client.slots[0]![0]).toBe(`${target.host}:${target.port}`);
    const stats = String(await cluster.command(avoided, 'INFO', 'commandstats'));
    expect(stats).toContain('cluster|setslot');
    expect(stats).not.toContain('cluster|slots');
  });
});
