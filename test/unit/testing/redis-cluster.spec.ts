import { Cluster } from 'ioredis';
import {
  startRedisCluster,
  type RedisTestCluster,
  type RedisTestNode,
} from '../../../lib/testing/index.js';

const SLOT_OF_FOO = 12_182;

let cluster: RedisTestCluster;

beforeAll(async () => {
  cluster = await startRedisCluster();
});

afterAll(async () => {
  await cluster.close();
});

const answerOf = async (node: RedisTestNode, ...args: [string, ...(string | number)[]]) =>
  String(await cluster.command(node, ...args));

const otherMasterThan = async (owner: RedisTestNode) => {
  const candidates = await Promise.all([0, 8000, 16_383].map((slot) => cluster.masterOf(slot)));
  return candidates.find((node) => node !== owner)!;
};

const ownerSeenBy = async (node: RedisTestNode, slot: number) => {
  type Range = [number, number, [string, number]];
  const ranges = (await cluster.command(node, 'CLUSTER', 'SLOTS')) as unknown as Range[];
  return ranges.find(([first, last]) => first <= slot && slot <= last)?.[2][1];
};

describe('a started cluster', () => {
  it('has three masters that share all slots, each with a replica', async () => {
    const ranges = (await cluster.command(cluster.nodes[0]!, 'CLUSTER', 'SLOTS')) as [
      number,
      number,
      ...unknown[],
    ][];

    const covered = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    expect(covered).toBe(16_384);
    expect(ranges.map(([, , ...holders]) => holders.length)).toEqual([2, 2, 2]);
    expect(cluster.nodes.map(({ role }) => role).sort()).toEqual([
      ...['master', 'master', 'master'],
      ...['replica', 'replica', 'replica'],
    ]);
  });

  it('tells which slots each master was given', async () => {
    for (const node of cluster.nodes.filter(({ role }) => role === 'master')) {
      expect(await cluster.masterOf(node.slots!.first)).toBe(node);
      expect(await cluster.masterOf(node.slots!.last)).toBe(node);
    }
  });

  it('serves an ioredis client at its addresses', async () => {
    const client = new Cluster(cluster.addresses);

    await expect(client.set('greeting', 'hello')).resolves.toBe('OK');
    await expect(client.get('greeting')).resolves.toBe('hello');

    client.disconnect();
  });

  it('confirms writes on replicas as soon as it is ready', async () => {
    const owner = await cluster.masterOf('confirmed');

    await cluster.command(owner, 'SET', 'confirmed', 'yes');

    await expect(cluster.command(owner, 'WAIT', 1, 1000)).resolves.toBe(1);
  });
});

describe('a node that fails', () => {
  it('is replaced by its replica, which has the keys', async () => {
    const killed = await cluster.masterOf('kept');
    const replica = await cluster.replicaOf(killed);
    await cluster.command(killed, 'SET', 'kept', 'by the replica');
    await cluster.command(killed, 'WAIT', 1, 1000);

    await cluster.kill(killed);
    await cluster.waitUntilReady();

    expect(killed.alive).toBe(false);
    expect(await cluster.masterOf('kept')).toBe(replica);
    await expect(answerOf(replica, 'GET', 'kept')).resolves.toBe('by the replica');
    await cluster.restart(killed);
    await cluster.waitUntilReady();
    expect(await cluster.replicaOf(replica)).toBe(killed);
  });

  it('is held for dead by all, and comes back by a restart with its ports and its id', async () => {
    const killed = await cluster.replicaOf(await cluster.masterOf(0));
    const { port, busPort, id, pid } = killed;
    await cluster.kill(killed);
    await cluster.waitUntilReady();

    for (const node of cluster.nodes.filter(({ alive }) => alive)) {
      const lines = (await answerOf(node, 'CLUSTER', 'NODES')).split('\n');
      expect(lines.find((line) => line.startsWith(id))).toContain('slave,fail ');
    }

    await cluster.restart(killed);
    await cluster.waitUntilReady();

    expect(killed).toMatchObject({ port, busPort, id, alive: true });
    expect(killed.pid).not.toBe(pid);
    expect(await cluster.replicaOf(await cluster.masterOf(0))).toBe(killed);
  });

  it('is replaced also when it has only stopped, and continues as a replica', async () => {
    const stopped = await cluster.masterOf(0);

    cluster.stop(stopped);
    await cluster.waitUntilReady();
    const successor = await cluster.masterOf(0);
    expect(successor).not.toBe(stopped);

    cluster.cont(stopped);
    await cluster.waitUntilReady();
    expect(await cluster.replicaOf(successor)).toBe(stopped);
  });
});

describe('a slot', () => {
  it('is served with its keys by the node it was moved to, as all nodes know', async () => {
    const source = await cluster.masterOf('foo');
    const target = await otherMasterThan(source);
    const binaryKey = Buffer.concat([Buffer.from('{foo}'), Buffer.from([0xff, 0x00, 0xfe])]);
    await cluster.command(source, 'SET', 'foo', 'bar');
    await cluster.command(source, 'SET', binaryKey, 'bytes');

    await cluster.moveSlot(SLOT_OF_FOO, target);

    expect(await cluster.masterOf('foo')).toBe(target);
    await expect(answerOf(target, 'GET', 'foo')).resolves.toBe('bar');
    await expect(cluster.command(target, 'GET', binaryKey)).resolves.toBe('bytes');
    await expect(cluster.command(source, 'GET', 'foo')).rejects.toThrow(
      `MOVED ${SLOT_OF_FOO} 127.0.0.1:${target.port}`,
    );
    await expect(cluster.command(source, 'CLUSTER', 'COUNTKEYSINSLOT', SLOT_OF_FOO)).resolves.toBe(
      0,
    );
  });

  it('whose move has got stuck is asked for at the target once its key was carried', async () => {
    const source = await cluster.masterOf('{bar}1');
    const target = await otherMasterThan(source);
    const slot = Number(await cluster.command(source, 'CLUSTER', 'KEYSLOT', '{bar}'));
    for (const key of ['{bar}1', '{bar}2']) await cluster.command(source, 'SET', key, key);

    await cluster.beginSlotMove(slot, target);
    await expect(cluster.migrateKeys(slot, 1)).resolves.toBe(1);

    const answers = await Promise.allSettled(
      ['{bar}1', '{bar}2'].map((key) => answerOf(source, 'GET', key)),
    );
    const carried = answers.filter((answer) => answer.status === 'rejected');
    expect(carried).toHaveLength(1);
    expect(String(carried[0]!.reason)).toContain(`ASK ${slot} 127.0.0.1:${target.port}`);
    expect(await cluster.masterOf(slot)).toBe(source);

    await cluster.moveSlot(slot, target);
    expect(await cluster.masterOf(slot)).toBe(target);
    await expect(answerOf(target, 'GET', '{bar}1')).resolves.toBe('{bar}1');
    await expect(answerOf(target, 'GET', '{bar}2')).resolves.toBe('{bar}2');
  });

  it('whose new owner some nodes do not believe is spread by a move to it', async () => {
    const slot = 2;
    const source = await cluster.masterOf(slot);
    const target = await otherMasterThan(source);
    // The former owner's claim is the newer one.
    await cluster.command(source, 'CLUSTER', 'BUMPEPOCH');
    for (const node of [target, source]) {
      await cluster.command(node, 'CLUSTER', 'SETSLOT', slot, 'NODE', target.id);
    }

    await cluster.moveSlot(slot, target);

    for (const node of cluster.nodes) expect(await ownerSeenBy(node, slot)).toBe(target.port);
  });

  it('that is not moving has no keys carried', async () => {
    await expect(cluster.migrateKeys(1)).rejects.toThrow('Slot 1 is not moving');
  });
});

describe('a node that is added', () => {
  const knownBy = async (node: RedisTestNode) => answerOf(node, 'CLUSTER', 'NODES');

  it('is known by all nodes, and by none once it is removed', async () => {
    const added = await cluster.addNode();

    expect(cluster.nodes).toContain(added);
    for (const node of cluster.nodes) expect(await knownBy(node)).toContain(added.id);

    await cluster.removeNode(added);

    expect(cluster.nodes).not.toContain(added);
    expect(added.alive).toBe(false);
    for (const node of cluster.nodes) expect(await knownBy(node)).not.toContain(added.id);
  });

  it('is not removed while it owns slots', async () => {
    const added = await cluster.addNode();
    const previous = await cluster.masterOf(7);
    await cluster.moveSlot(7, added);

    await expect(cluster.removeNode(added)).rejects.toThrow('still owns slots');

    await cluster.moveSlot(7, previous);
    await cluster.removeNode(added);
    await cluster.waitUntilReady();
  });
});

describe('options', () => {
  it('decide size, timeout and configuration; a password is no obstacle to a move', async () => {
    const guarded = await startRedisCluster({
      masters: 2,
      replicasPerMaster: 0,
      nodeTimeout: 1500,
      config: { requirepass: 'open sesame', maxmemory: '64mb' },
    });
    try {
      const [first, second] = guarded.nodes;
      await guarded.command(first!, 'SET', 'b', '1');
      await guarded.moveSlot(
        Number(await guarded.command(first!, 'CLUSTER', 'KEYSLOT', 'b')),
        second!,
      );

      await expect(guarded.command(second!, 'GET', 'b')).resolves.toBe('1');
      const settings = ['cluster-node-timeout', 'maxmemory'];
      await expect(guarded.command(first!, 'CONFIG', 'GET', ...settings)).resolves.toEqual(
        expect.arrayContaining(['1500', String(64 * 1024 * 1024)]),
      );
      expect(guarded.nodes).toHaveLength(2);
    } finally {
      await guarded.close();
    }
  });

  it('are refused when no cluster can come of them', async () => {
    await expect(startRedisCluster({ masters: 0 })).rejects.toThrow(
      'masters: expected a whole number of at least 1, got 0.',
    );
  });
});
