import { keySlot } from '../../lib/redis/key-slot.js';
import { createCluster, type RedisClient } from '../../lib/redis/redis-client.js';
import { RedisExecutor } from '../../lib/redis/redis-executor.js';
import {
  startRedisCluster,
  type RedisTestCluster,
  type RedisTestNode,
} from '../../lib/testing/index.js';
import { range } from '../support/in-flight.js';
import { until } from '../support/until.js';

const KEY = 'a key';

describe('A command that is sent straight to the node of its key', () => {
  let cluster: RedisTestCluster;
  let client: ReturnType<typeof createCluster>;
  let executor: RedisExecutor;
  /** Where it was sent to, in order. */
  let ways: ('node' | 'client')[];

  beforeAll(async () => {
    cluster = await startRedisCluster({ replicasPerMaster: 0, nodeTimeout: 60_000 });
  });
  afterAll(() => cluster?.close());

  beforeEach(async () => {
    // Only what a command meets tells this client of changes.
    client = createCluster(cluster.addresses, { slotsRefreshInterval: 0 });
    await client.connect();
    executor = new RedisExecutor(client);
    ways = [];
    await client.set(KEY, 'a value');
  });
  afterEach(() => {
    executor.close();
    client.disconnect();
  });

  const ask = (key = KEY): Promise<string | null> =>
    executor.run(key, performance.now() + 5000, (to: RedisClient) => {
      ways.push(to === client ? 'client' : 'node');
      return to.get(key);
    });
  const isOfUnknownNode = (key: string): boolean =>
    executor.nodes.to(executor.ownerOf(key)!)!.status === 'wait';
  const owner = (): Promise<RedisTestNode> => cluster.masterOf(KEY);
  const another = async (): Promise<RedisTestNode> => {
    const own = await owner();
    return cluster.nodes.find((node) => node.role === 'master' && node !== own)!;
  };

  it('is answered there', async () => {
    expect(await ask()).toBe('a value');
    expect(ways).toEqual(['node']);
  });

  it('follows its slot to another node with as many as come at once, and the next one knows the way', async () => {
    const slot = keySlot(KEY);
    await cluster.moveSlot(slot, await another());

    const many = range(100);
    expect(await Promise.all(many.map(() => ask()))).toEqual(many.map(() => 'a value'));
    expect(ways.filter((way) => way === 'client')).toHaveLength(100);

    ways = [];
    expect(await ask()).toBe('a value');
    expect(ways).toEqual(['node']);
  });

  it('finds its key also while the slot is on its way', async () => {
    const slot = keySlot(KEY);
    const target = await another();
    await cluster.beginSlotMove(slot, target);
    await cluster.migrateKeys(slot);

    expect(await ask()).toBe('a value');
    expect(ways).toEqual(['node', 'client']);
    await cluster.moveSlot(slot, target);
  });

  it('waits until its slot is served again, and is tried on no other node', async () => {
    const slot = keySlot(KEY);
    const node = await owner();
    await cluster.command(node, 'CLUSTER', 'DELSLOTS', slot);

    const asked = ask();
    await until('the node has refused it', () => !executor.serves(KEY));
    await cluster.command(node, 'CLUSTER', 'ADDSLOTS', slot);

    expect(await asked).toBe('a value');
    expect(ways).toEqual(['node', 'node']);
  });

  it('goes another way where the connection breaks', async () => {
    const { stream } = executor.nodes.to(executor.ownerOf(KEY)!)!;

    const asked = ask();
    stream.destroy();

    expect(await asked).toBe('a value');
    expect(ways).toEqual(['node', 'client']);
  });

  it('goes by the client, which connects, where the node was not spoken to yet', async () => {
    const key = range(100).map(String).find(isOfUnknownNode)!;

    expect(await ask(key)).toBeNull();
    expect(ways).toEqual(['client']);

    expect(await ask(key)).toBeNull();
    expect(ways).toEqual(['client', 'node']);
  });
});
