import { readFile } from 'node:fs/promises';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const LOWEST = 16_000;
const DEFAULT_HIGHEST = 32_000;
const NEEDED_RANGE = 4_000;

/**
 * Finds ports of 127.0.0.1 on which nothing listens now.
 *
 * They lie below the range from which the system takes the ports of outgoing connections: inside
 * it a client that dials a dead server's port can be connected to itself, and a server that is
 * started again can find its port taken.
 *
 * @param count - how many different ports
 */
export async function freePorts(count: number): Promise<number[]> {
  const highest = await highestServerPort();
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(LOWEST, highest);
    if (await isFree(port)) found.add(port);
  }
  return [...found];
}

async function highestServerPort(): Promise<number> {
  const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '');
  const lowestOutgoing = Number.parseInt(range, 10);
  return lowestOutgoing > LOWEST + NEEDED_RANGE ? lowestOutgoing : DEFAULT_HIGHEST;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => resolve(true));
    });
  });
}
