import { userRecordKey } from '../../lib/core/session-keys.js';
import { createCluster } from '../../lib/redis/redis-client.js';
import { startRedisCluster, type RedisTestCluster } from '../../lib/testing/index.js';
import { RecordUser } from './record-user.js';
import { RedisUnderTest } from './redis-under-test.js';
import { operation, StoreUser } from './store-under-test.js';

describe('While the move of a slot is stuck, with its keys still there', () => {
  let cluster: RedisTestCluster;
  let subject: RedisUnderTest;
  const user = new StoreUser(() => subject);
  const records = new RecordUser(user);

  beforeAll(async () => {
    cluster = await startRedisCluster({ replicasPerMaster: 0 });
    subject = new RedisUnderTest(createCluster(cluster.addresses));
    await subject.store.connect();
  });
  afterAll(async () => {
    await subject?.close();
    await cluster?.close();
  });

  /** From here on the slot's owner refuses to make keys in it that it does not have. */
  const beginMove = async (key: string): Promise<void> => {
    const slot = Number(await cluster.command(cluster.nodes[0]!, 'CLUSTER', 'KEYSLOT', key));
    const owner = await cluster.masterOf(slot);
    await cluster.beginSlotMove(
      slot,
      cluster.nodes.find((node) => node !== owner)!,
    );
  };

  it('a session is destroyed', async () => {
    const { address } = await user.session({ a: '1' });
    await beginMove(subject.key(address));

    await expect(user.destroy(address)).resolves.toMatchObject({ status: 'applied' });

    await expect(user.read(address)).resolves.toEqual({ status: 'ended', reason: 'destroyed' });
    const left = await subject.client.hkeys(subject.key(address));
    expect(left.sort()).toEqual(['@v', '@x']);
  });

  it('a session gives way to another, and hands over what was asked for', async () => {
    const { address } = await user.session({ a: '1', b: '2' });
    await beginMove(subject.key(address));

    const retired = await user.store.retire(address, 'logout', ['a'], operation());

    expect(retired).toEqual({ status: 'applied', texts: new Map([['a', '1']]) });
    await expect(user.read(address)).resolves.toEqual({ status: 'ended', reason: 'logout' });
    const left = await subject.client.hkeys(subject.key(address));
    expect(left.sort()).toEqual(['@=a', '@d', '@v', '@x']);
  });

  it('a user is forgotten', async () => {
    const { home, names } = await records.home(2);
    await records.write(home, { r: 'roles', x: 'attributes' });
    const key = userRecordKey(subject.prefix, home);
    await beginMove(key);

    const { removed } = await records.records.forget(home, operation());

    expect([...removed].sort()).toEqual([...names].sort());
    const left = await subject.client.hkeys(key);
    expect(left.sort()).toEqual(['o', 'w']);
  });
});
