import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { sessionKey } from '../../../lib/core/session-keys.js';
import { keySlot } from '../../../lib/redis/key-slot.js';
import { clusterNodes } from '../../contract/redis-under-test.js';

const EDGES = ['', 'a', '{', '}', '{}', '{}a', 'a{}b{c}', 'a{b', 'a}b', 'a}b{c}', '{a}', '{a}b{c}'];
const MORE = ['{{a}}', 'a{{}b', 'é{ü}中', '{😀}', 'a\0b', 'x'.repeat(1000), '123456789'];

describe('The slot of a key', () => {
  let node: Redis;

  beforeAll(() => {
    node = new Redis({ ...clusterNodes()[0]!, protocol: 2 });
  });
  afterAll(() => node.disconnect());

  const slotsByRedis = (keys: readonly string[]): Promise<number[]> =>
    Promise.all(keys.map(async (key) => Number(await node.call('CLUSTER', 'KEYSLOT', key))));

  it('is the one that Redis computes, for random keys', async () => {
    const keys = Array.from({ length: 300 }, (_, n) =>
      randomBytes(n % 40).toString(n % 2 === 0 ? 'base64url' : 'latin1'),
    );

    expect(keys.map(keySlot)).toEqual(await slotsByRedis(keys));
  });

  it('is the one that Redis computes, for session keys', async () => {
    const keys = Array.from({ length: 100 }, () => {
      const [home, selector] = [randomBytes(15), randomBytes(12)].map((bytes) =>
        bytes.toString('base64url'),
      );
      return sessionKey('sess:', { home: home!, selector: selector! });
    });

    expect(keys.map(keySlot)).toEqual(await slotsByRedis(keys));
  });

  it.each([...EDGES, ...MORE])('is the one that Redis computes, for %j', async (key) => {
    expect([keySlot(key)]).toEqual(await slotsByRedis([key]));
  });
});
