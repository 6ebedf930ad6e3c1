import { FencedSending } from '../../../lib/redis/fenced-sending.js';
import type { NodeConnections } from '../../../lib/redis/node-connections.js';
import type { NodeWatch } from '../../../lib/redis/node-watch.js';
import { OwnerClocks } from '../../../lib/redis/owner-clocks.js';
import type { RedisClient } from '../../../lib/redis/redis-client.js';

/** What Redis' clock shows less what this process' monotonic one does. */
const OFFSET = 1_700_000_000_000;

describe('A script whose slot gets another owner while it is under way', () => {
  let owner: string;
  let clocks: OwnerClocks;
  let sending: FencedSending;
  const client = {} as RedisClient;
  const node = {} as RedisClient;
  const limits = { soft: performance.now() + 10_000, hard: performance.now() + 20_000 };

  beforeEach(async () => {
    owner = 'before';
    const time = (): Promise<[number, number]> =>
      Promise.resolve([Math.floor((performance.now() + OFFSET) / 1000), 0]);
    const nodes = { to: () => ({ time }) } as unknown as NodeConnections;
    const ownerOf = (): string => owner;
    clocks = new OwnerClocks(nodes, ownerOf);
    await clocks.learn('before', limits.soft);
    sending = new FencedSending(client, clocks, { ownerOf } as unknown as NodeWatch);
  });

  const answered = (to: RedisClient): Promise<unknown> =>
    sending.send(to, 'key', limits, () => {
      owner = 'after';
      return Promise.resolve(['applied', Math.floor(performance.now() + OFFSET)]);
    });

  it('tells nothing of the time there, where it was sent straight to the one before', async () => {
    await answered(node);

    expect(clocks.now('key')).toBeUndefined();
  });

  it('tells the time there, where the client may have followed the slot', async () => {
    await answered(client);

    expect(clocks.now('key')).toBeDefined();
  });
});
