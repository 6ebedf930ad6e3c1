import { Redis } from 'ioredis';
import { SessionStoreUnavailableError } from '../../../lib/core/errors.js';
import { createCluster, type RedisClient } from '../../../lib/redis/redis-client.js';
import { RedisConnection } from '../../../lib/redis/redis-connection.js';
import { freePorts } from '../../../lib/testing/free-port.js';
import { waitUntil } from '../../../lib/testing/wait-until.js';
import { startRedisCluster, startRedisServer } from '../../../lib/testing/index.js';
import { clusterNodes, singleClient } from '../../contract/redis-under-test.js';

async function failureAtBoot(client: RedisClient, nodes: string[]): Promise<[string, number]> {
  const connection = new RedisConnection(client, true, nodes);
  const began = performance.now();
  const error: unknown = await connection.open().then(
    () => 'it opened',
    (reason: unknown) => reason,
  );
  const took = performance.now() - began;
  await connection.close();
  expect(error).toBeInstanceOf(SessionStoreUnavailableError);
  return [(error as Error).message, took];
}

describe('A connection at boot', () => {
  it.concurrent(
    'to a cluster of which no node runs rejects within 5 s, naming each node and its reason',
    async () => {
      const ports = await freePorts(2);
      const nodes = ports.map((port) => ({ host: '127.0.0.1', port }));
      const names = nodes.map(({ host, port }) => `${host}:${port}`);

      const [message, took] = await failureAtBoot(createCluster(nodes), names);

      expect(took).toBeLessThan(5000);
      expect(message).toContain(
        `No Redis Cluster could be reached at boot. Tried ${names.join(', ')}`,
      );
      for (const name of names) {
        expect(message).toContain(`${name}: connect ECONNREFUSED ${name}`);
      }
    },
  );

  it.concurrent(
    'to a single server that does not run rejects within 5 s with the reason',
    async () => {
      const [port = 0] = await freePorts(1);
      const name = `127.0.0.1:${port}`;

      const client = singleClient({ host: '127.0.0.1', port });
      const [message, took] = await failureAtBoot(client, [name]);

      expect(took).toBeLessThan(5000);
      expect(message).toContain(`No Redis could be reached at boot. Tried ${name}`);
      expect(message).toContain(`connect ECONNREFUSED ${name}`);
      expect(message).not.toContain('cluster');
    },
  );

  it.concurrent('to a cluster whose nodes tell no addresses says so of each', async () => {
    const cluster = await startRedisCluster({
      replicasPerMaster: 0,
      config: { 'cluster-preferred-endpoint-type': 'unknown-endpoint' },
    });
    const names = cluster.addresses.map(({ host, port }) => `${host}:${port}`);

    const [message, took] = await failureAtBoot(createCluster(cluster.addresses), names);

    expect(took).toBeLessThan(5000);
    for (const name of names) {
      expect(message).toContain(`${name}: it answers, but names no address of the nodes`);
    }
    expect(message).toContain('cluster-preferred-endpoint-type');
    await cluster.close();
  });

  it.concurrent('to a server that is no cluster says so', async () => {
    const server = await startRedisServer();
    const name = `${server.host}:${server.port}`;

    const { host, port } = server;
    const [message] = await failureAtBoot(createCluster([{ host, port }]), [name]);

    expect(message).toMatch(/cluster support disabled/i);
    await server.close();
  });

  it.concurrent('to a host that no name server knows says so', async () => {
    const name = 'no-such-host.invalid:6379';

    const client = createCluster([{ host: 'no-such-host.invalid', port: 6379 }]);
    const [message, took] = await failureAtBoot(client, [name]);

    expect(took).toBeLessThan(5000);
    expect(message).toMatch(/no-such-host\.invalid:6379: getaddrinfo (ENOTFOUND|EAI_AGAIN)/);
  });

  it.concurrent('to a server that wants a password says so', async () => {
    const server = await startRedisServer();
    await server.command('CONFIG', 'SET', 'requirepass', 'pass');
    const { host, port } = server;

    const [message] = await failureAtBoot(createCluster([{ host, port }]), [`${host}:${port}`]);

    expect(message).toContain('NOAUTH');
    await server.close();
  });

  it.concurrent(
    'to a server that takes connections and does not answer rejects within 5 s',
    async () => {
      const server = await startRedisServer();
      server.stop();
      const { host, port } = server;

      const [message, took] = await failureAtBoot(createCluster([{ host, port }]), [
        `${host}:${port}`,
      ]);

      expect(took).toBeLessThan(5000);
      expect(message).toContain(`${host}:${port}: `);
      await server.close();
    },
  );

  it('opens where only one of the nodes it was told of runs', async () => {
    const [port = 0] = await freePorts(1);
    const dead = { host: '127.0.0.1', port };
    const connection = new RedisConnection(createCluster([dead, clusterNodes()[0]!]), true, []);

    await connection.open();

    expect(connection.client.status).toBe('ready');
    await connection.open();
    await connection.close();
    await waitUntil('The client has ended', async () =>
      connection.client.status === 'end' ? undefined : connection.client.status,
    );
    await connection.close();
  });

  it('leaves no listener on the client', async () => {
    const client = createCluster(clusterNodes());
    const before = ['error', 'node error'].map((event) => client.listenerCount(event));
    const connection = new RedisConnection(client, true, []);
    await connection.open();

    expect(['error', 'node error'].map((event) => client.listenerCount(event))).toEqual(before);
    await connection.close();
  });

  it("leaves the user's own client open", async () => {
    const server = await startRedisServer();
    const client = new Redis({ host: server.host, port: server.port, lazyConnect: true });
    const connection = new RedisConnection(client, false, []);

    await connection.open();
    await connection.close();

    await expect(client.ping()).resolves.toBe('PONG');
    client.disconnect();
    await server.close();
  });
});
