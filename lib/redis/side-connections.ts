import type { Redis } from 'ioredis';
import { isCluster, type RedisClient } from './redis-client.js';

/**
 * One more connection to each master that needs one, for WAIT: it counts the writes of its own connection only, and blocks what
 * comes after it there (redis.io, "WAIT").
 */
export class SideConnections {
  readonly #client: RedisClient;
  readonly #connections = new Map<string, Redis>();

  constructor(client: RedisClient) {
    this.#client = client;
  }

  /** The connection to a node ("host:port"); undefined where no replica could ever answer, or the node is not known. */
  to(node: string): Redis | undefined {
    const client = this.#client;
    if (!isCluster(client)) return undefined;
    const known = this.#connections.get(node);
    if (known) return known;
    const master = client
      .nodes('master')
      .find(({ options }) => `${options.host}:${options.port}` === node);
    if (!master) return undefined;
    const side = master.duplicate({
      enableOfflineQueue: true,
      retryStrategy: () => null,
      lazyConnect: true,
    });
    // What fails here fails each command too; the node is asked anew by the next one.
    side.on('error', () => undefined);
    side.once('end', () => this.#connections.delete(node));
    this.#connections.set(node, side);
    return side;
  }

  close(): void {
    for (const side of this.#connections.values()) side.disconnect();
    this.#connections.clear();
  }
}
