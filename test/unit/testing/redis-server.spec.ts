import { existsSync } from 'node:fs';
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

describe('a port', () => {
  it('that has been taken meanwhile is given up for another', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    const taken = (squatter.address() as AddressInfo).port;
    const [free = 0] = await freePorts(1);
    const offers = [taken, free];
    const folder = new ServerFolder();
    const plan = { binary: await findRedisServer(), folder, config: { bind: '127.0.0.1' } };

    const server = await onFreePorts(
      1,
      ([port = 0]) => new RedisServerProcess({ ...plan, port }),
      () => Promise.resolve([offers.shift()!]),
    );

    expect(server.port).toBe(free);
    squatter.close();
    await server.kill();
    await folder.remove();
    expect(isGone(server.pid)).toBe(true);
    expect(existsSync(folder.path)).toBe(false);
  });
});
