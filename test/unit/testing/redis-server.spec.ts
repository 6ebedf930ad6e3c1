import { createServer, type AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { findRedisServer, startRedisServer } from '../../../lib/testing/index.js';
import { freePorts } from '../../../lib/testing/free-port.js';
import { onFreePorts } from '../../../lib/testing/node-launcher.js';
import { RedisServerProcess } from '../../../lib/testing/redis-server-process.js';
import { ServerFolder } from '../../../lib/testing/server-folder.js';
import { isGone } from './process-state.js';

describe('a single server', () => {
  it('serves a plain client and is no cluster node', async () => {
    const server = await startRedisServer({ config: { databases: '3' } });
    const client = new Redis({ host: server.host, port: server.port });

    await expect(client.set('key', 'value')).resolves.toBe('OK');
    await expect(client.info('cluster')).resolves.toContain('cluster_enabled:0');
    await expect(client.config('GET', 'databases')).resolves.toEqual(['databases', '3']);

    client.disconnect();
    await server.close();
    expect(isGone(server.pid)).toBe(true);
  });

  it('keeps its port over a restart', async () => {
    const server = await startRedisServer();
    const { port, pid } = server;

    await server.kill();
    await expect(server.command('PING')).rejects.toThrow();
    await server.restart();

    expect(server.port).toBe(port);
    expect(server.pid).not.toBe(pid);
    await expect(server.command('PING')).resolves.toBe('PONG');
    await server.close();
  });

  it('that refuses its configuration is reported in its own words', async () => {
    await expect(startRedisServer({ config: { 'no-such-directive': '1' } })).rejects.toThrow(
      /no-such-directive/,
    );
  });
});

describe('a port that has been taken meanwhile', () => {
  let folder: ServerFolder;

  beforeEach(() => {
    folder = new ServerFolder();
  });

  afterEach(async () => {
    await folder.remove();
  });

  const startWithOffers = async (...offers: number[]) => {
    const plan = { binary: await findRedisServer(), folder, config: { bind: '127.0.0.1' } };
    return onFreePorts(
      1,
      ([port = 0]) => new RedisServerProcess({ ...plan, port }),
      () => Promise.resolve([offers.shift()!]),
    );
  };

  it('is given up for another where its owner keeps silent', async () => {
    const silent = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const [free = 0] = await freePorts(1);

    const server = await startWithOffers((silent.address() as AddressInfo).port, free);

    expect(server.port).toBe(free);
    silent.close();
    await server.kill();
  });

  it('is given up for another where its owner is a Redis server, too', async () => {
    const owner = await startRedisServer();
    const [free = 0] = await freePorts(1);

    const server = await startWithOffers(owner.port, free);

    expect(server.port).toBe(free);
    await Promise.all([owner.close(), server.kill()]);
  });
});
