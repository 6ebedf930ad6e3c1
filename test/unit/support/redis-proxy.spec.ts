import type { Cluster } from 'ioredis';
import { createCluster } from '../../../lib/redis/redis-client.js';
import { clusterNodes } from '../../support/app-process.js';
import { RedisProxy } from '../../support/redis-proxy.js';

const SCRIPT = "return redis.call('INCR', KEYS[1])";

describe('The Redis proxy of the tests', () => {
  let proxy: RedisProxy;
  let client: Cluster;

  beforeAll(async () => {
    proxy = await RedisProxy.start(clusterNodes());
    const { nodes, options } = proxy.redis;
    // Time for a starved machine: what is tested is what comes through, not how fast.
    const patient = { commandTimeout: 10_000, socketTimeout: 10_000, disconnectTimeout: 0 };
    client = createCluster(nodes, { ...options, redisOptions: patient });
    await client.connect();
    await Promise.all(client.nodes('master').map((node) => node.ping()));
  });

  afterAll(async () => {
    client.disconnect();
    await proxy.close();
  });

  it('is all the client sees of the cluster', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, at) => client.set(`proxy:${at}`, at)));
    const ports = proxy.redis.nodes.map(({ port }) => port);
    for (const { options } of client.nodes('all')) expect(ports).toContain(options.port);
  });

  it('passes large values on unharmed, both ways', async () => {
    const large = 'ü\r\n$5\r\n'.repeat(200_000);
    await client.set('proxy:large', large);
    expect(await client.get('proxy:large')).toBe(large);
    await client.hset('proxy:hash', { a: 1, b: large, c: '' });
    expect(await client.hgetall('proxy:hash')).toEqual({ a: '1', b: large, c: '' });
  });

  it('holds replies back, in their order, and notes when those of scripts were passed on', async () => {
    proxy.holdReplies(50);
    const order: number[] = [];
    await Promise.all([
      client.eval(SCRIPT, 1, 'proxy:held').then(() => order.push(1)),
      client.get('proxy:held').then((value) => order.push(Number(value) + 1)),
    ]);
    proxy.holdReplies(0);
    expect(order).toEqual([1, 2]);
    const { leftRedis, passedOn } = proxy.replyTo('proxy:held')!;
    expect(Number(passedOn! - leftRedis) / 1e6).toBeGreaterThanOrEqual(49);
  });

  it('cuts a reply off after the command was executed', async () => {
    proxy.cutReplies(1);
    const cut = client.eval(SCRIPT, 1, 'proxy:cut').catch((error: Error) => error);
    await expect(Promise.race([cut, until(() => proxy.cuts > 0)])).resolves.not.toBe(1);
    proxy.cutReplies(0);
    await cut;
    await until(async () => Number(await client.get('proxy:cut').catch(() => 0)) >= 1);
  });

  it('can be shut as if all nodes were dead, and opened again', async () => {
    await proxy.shut();
    await expect(client.get('proxy:1')).rejects.toThrow();
    await proxy.open();
    await until(async () => (await client.get('proxy:1').catch(() => '')) === '1');
  });
});

async function until(met: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await met())) await new Promise((resolve) => setTimeout(resolve, 5));
}
