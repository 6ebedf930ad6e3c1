import { keySlot } from '../../lib/redis/key-slot.js';
import { startRedisCluster, type RedisTestCluster } from '../../lib/testing/index.js';
import { useFleet } from '../support/app-fleet.js';
import { PLATFORMS } from '../support/app-process.js';
import { TokenHolder } from '../support/token-holder.js';
import { until } from '../support/until.js';

describe('When the node to which a slot is moving does not answer', () => {
  let cluster: RedisTestCluster;

  beforeAll(async () => {
    // Nobody takes the node's place.
    cluster = await startRedisCluster({ config: { 'cluster-node-timeout': '60000' } });
  }, 90_000);

  const fleet = useFleet({
    app: 'logins',
    platform: PLATFORMS,
    nodes: () => cluster.addresses,
    options: { deadline: '1s', failoverDeadline: '1s' },
  });

  afterAll(() => cluster?.close());

  it('its sessions get 503, and are there again with the node: no server ends by it', async () => {
    const holder = new TokenHolder('cookie');
    await holder.post(fleet.url(0, '/leave/tea'));
    const slot = keySlot(fleet.keys.keyOf(holder.token!));
    const owner = await cluster.masterOf(slot);
    const other = cluster.nodes.find((node) => node.role === 'master' && node !== owner)!;
    await cluster.beginSlotMove(slot, other);
    await cluster.migrateKeys(slot);

    cluster.stop(other);
    const meanwhile = await Promise.all(
      fleet.servers.map((_, at) => holder.copy().get(fleet.url(at, '/'))),
    ).finally(() => cluster.cont(other));

    expect(meanwhile.map(({ status }) => status)).toEqual([503, 503]);
    for (const at of fleet.servers.keys()) {
      await until('the session is there again', async () => {
        const answer = await holder.copy().get(fleet.url(at, '/'));
        return answer.status === 200 && answer.json<{ cart?: unknown }>().cart !== undefined;
      });
    }
    expect(fleet.servers.map((server) => server.hasEnded())).toEqual([false, false]);
    await cluster.moveSlot(slot, other);
  });
});
