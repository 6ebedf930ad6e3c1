import { randomBytes } from 'node:crypto';
import { createCluster } from '../../lib/redis/redis-client.js';
import { RedisProxy } from '../support/redis-proxy.js';
import { clusterNodes, RedisUnderTest } from './redis-under-test.js';
import { replace, StoreUser } from './store-under-test.js';

describe('The bytes that a commit of one small field sends to Redis', () => {
  const user = new StoreUser(() => subject);
  let proxy: RedisProxy;
  let subject: RedisUnderTest;

  beforeAll(async () => {
    proxy = await RedisProxy.start(clusterNodes());
    const { nodes, options } = proxy.redis;
    subject = new RedisUnderTest(createCluster(nodes, options));
    await subject.store.connect();
  });
  afterAll(async () => {
    await subject?.close();
    await proxy?.close();
  });

  /** Those of the script, with the key as it is without this test's prefix. */
  const bytesOf = async (work: () => Promise<{ status: string }>): Promise<number> => {
    proxy.traffic = [];
    expect((await work()).status).toBe('applied');
    const sent = proxy.traffic.filter(
      ({ way, command }) => way === 'asked' && /\r\nevalsha\r\n/i.test(command),
    );
    proxy.traffic = undefined;
    expect(sent).toHaveLength(1);
    return sent[0]!.command.length - (subject.prefix.length - 'sess:'.length);
  };

  it.each([200, 20_000])('are less than 250 in a session of %s bytes', async (size) => {
    const { address } = await user.session({
      visits: '9',
      other: randomBytes(size).toString('hex'),
    });
    await user.commit(address, [replace('visits', '9', '10')]);

    const bytes = await bytesOf(() =>
      user.commit(address, [replace('visits', '10', '11')], { session: 1_048_576, fields: 256 }),
    );

    console.info(`${bytes} bytes to Redis for the commit of one field`);
    expect(bytes).toBeLessThan(250);
  });

  it('are hardly more where the field is new', async () => {
    const { address } = await user.session({ visits: '9' });
    await user.commit(address, [replace('visits', '9', '10')]);

    expect(await bytesOf(() => user.commit(address, [replace('color', null, 'red')]))).toBeLessThan(
      260,
    );
  });
});
