import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { EventSubscription, subscriberOf } from '../../../lib/redis/event-subscription.js';
import { PendingTimers } from '../../support/pending-timers.js';

it('A subscription that its node cuts off ends, and leaves nothing that keeps the process alive', async () => {
  const node = createServer((socket) => socket.once('data', () => socket.destroy()));
  await once(node.listen(0, '127.0.0.1'), 'listening');
  const { port } = node.address() as AddressInfo;
  const client = new Redis({ host: '127.0.0.1', port, lazyConnect: true });
  const connection = subscriberOf(client);
  let ends = 0;
  const subscription = new EventSubscription(
    connection,
    () => undefined,
    () => ends++,
  );
  const timers = new PendingTimers();

  await expect(subscription.hear(['channel'])).rejects.toThrow();
  const { longest } = timers;

  timers.restore();
  await new Promise((closed) => node.close(closed));
  expect({ ends, longest }).toEqual({ ends: 1, longest: 0 });
});
