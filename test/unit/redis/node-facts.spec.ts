import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { askNode } from '../../../lib/redis/node-facts.js';
import { freePorts } from '../../../lib/testing/free-port.js';
import { PendingTimers } from '../../support/pending-timers.js';

const LIMIT_MS = 200;

describe('Asking a node that does not answer', () => {
  let silent: Server;
  let timers: PendingTimers;
  const sockets = new Set<Socket>();

  beforeAll(async () => {
    silent = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
  });

  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    silent.close();
    await once(silent, 'close');
  });

  beforeEach(() => {
    timers = new PendingTimers();
  });
  afterEach(() => timers.restore());

  it.each([
    ['takes no connection', () => freePorts(1).then(([port]) => port!)],
    ['takes one and says nothing', async () => (silent.address() as AddressInfo).port],
  ])('keeps the process alive no longer than it may ask, where it %s', async (_, portOf) => {
    const connection = new Redis({ host: '127.0.0.1', port: await portOf(), lazyConnect: true });
    const node = { node: 'a node', role: 'master', host: '127.0.0.1', connection } as const;

    const { failure } = await askNode(node, LIMIT_MS);

    expect(failure).toBeDefined();
    expect(timers.longest).toBeLessThanOrEqual(LIMIT_MS);
  });
});
