import {
  startRedisCluster,
  startRedisServer,
  type RedisTestCluster,
  type RedisTestServer,
} from 'nest-session/testing';
import { eventChannel } from '../../lib/core/session-keys.js';
import { createCluster, type RedisClient } from '../../lib/redis/redis-client.js';
import { RedisEventChannel } from '../../lib/redis/redis-event-channel.js';
import { singleClient } from '../contract/redis-under-test.js';
import { range } from '../support/in-flight.js';
import { until } from '../support/until.js';

/** What one process has of the channel. */
interface End {
  readonly channel: RedisEventChannel;
  readonly heard: Set<string>;
}

const PREFIX = 'sess:';
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function end(client: RedisClient): Promise<End> {
  if (client.status === 'wait') client.connect().catch(() => undefined);
  await until('the client is ready', () => client.status === 'ready');
  const channel = new RedisEventChannel(client, PREFIX);
  const heard = new Set<string>();
  await channel.open((stream, text) => heard.add(`${stream} ${text}`));
  closing.push(() => {
    channel.close();
    client.disconnect();
  });
  return { channel, heard };
}

/** Until a text of each stream, sent by one end, is heard by all. @returns ms it took */
async function untilAllHear(sender: End, all: readonly End[], name: string): Promise<number> {
  const begun = performance.now();
  for (const stream of range(sender.channel.streams)) {
    await until(`all hear ${name} on stream ${stream}`, async () => {
      await sender.channel.publish(stream, name, performance.now() + 1000).catch(() => undefined);
      return all.every(({ heard }) => heard.has(`${stream} ${name}`));
    });
  }
  return performance.now() - begun;
}

describe('The channel of events on a cluster', () => {
  let cluster: RedisTestCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster.close());

  const ends = async (): Promise<End[]> => [
    await end(createCluster(cluster.addresses)),
    await end(createCluster(cluster.addresses)),
  ];

  it('is heard by all from the first message on', async () => {
    const [first, second] = await ends();
    for (const stream of range(first!.channel.streams)) {
      await first!.channel.publish(stream, 'hello', performance.now() + 10_000);
    }
    const all = range(first!.channel.streams).map((stream) => `${stream} hello`);
    await until('both have heard all', () =>
      [first!, second!].every(({ heard }) => all.every((text) => heard.has(text))),
    );
  });

  it('is heard on when its slots move to another master', async () => {
    const both = await ends();
    await untilAllHear(both[0]!, both, 'before');
    const masters = cluster.nodes.filter(({ role }) => role === 'master');
    for (const stream of [0, 1, 2]) {
      const channel = eventChannel(PREFIX, stream);
      const slot = Number(await cluster.command(masters[0]!, 'CLUSTER', 'KEYSLOT', channel));
      const owner = await cluster.masterOf(slot);
      await cluster.moveSlot(
        slot,
        masters.find((node) => node !== owner)!,
      );
    }
    await untilAllHear(both[0]!, both, 'after');
  });

  it('is heard again when a master of its slots has died', async () => {
    const both = await ends();
    await untilAllHear(both[0]!, both, 'before');
    const begun = performance.now();
    await cluster.kill(await cluster.masterOf(eventChannel(PREFIX, 0)));
    await untilAllHear(both[0]!, both, 'after');
    console.log(
      `master of event channels killed: all heard again ${(performance.now() - begun).toFixed(0)} ms later (cluster-node-timeout 2000)`,
    );
  });
});

describe('The channel of events on a single Redis', () => {
  let server: RedisTestServer;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.close());

  it('is heard by all, and again after its connections were cut', async () => {
    const both = [await end(singleClient(server)), await end(singleClient(server))];
    await untilAllHear(both[0]!, both, 'before');
    const operator = singleClient(server);
    await operator.connect();
    await operator.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    operator.disconnect();
    await untilAllHear(both[0]!, both, 'after');
  });

  it('leaves no connection behind', async () => {
    const client = singleClient(server);
    const { channel } = await end(client);
    const listeners = client.listenerCount('refresh');
    channel.close();
    const list = async (): Promise<string> =>
      String(await client.call('CLIENT', 'LIST', 'TYPE', 'pubsub'));
    await until('the server has no listener any more', async () => (await list()).trim() === '');
    expect(client.listenerCount('refresh')).toBe(listeners - 1);
  });
});
