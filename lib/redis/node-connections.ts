import type { Redis } from 'ioredis';
import { isCluster, type RedisClient } from './redis-client.js';

/** The connections that a client has to its nodes, by name: ioredis' own list is made anew each time it is asked for. */
export class NodeConnections {
  readonly #client: RedisClient;
  readonly #nodes = new Map<string, Redis>();

  readonly #add = (node: Redis): void => {
    this.#nodes.set(nameOf(node), node);
  };
  readonly #remove = (node: Redis): void => {
    // Where a connection is replaced, ioredis tells of the new one first.
    if (this.#nodes.get(nameOf(node)) === node) this.#nodes.delete(nameOf(node));
  };

  constructor(client: RedisClient) {
    this.#client = client;
    if (!isCluster(client)) return;
    client.on('+node', this.#add).on('-node', this.#remove);
    for (const node of client.nodes('all')) this.#add(node);
  }

  /** The connection to a node ("host:port"); undefined where there is none. A single server goes by any name. */
  to(node: string): Redis | undefined {
    return isCluster(this.#client) ? this.#nodes.get(node) : this.#client;
  }

  /** The same where it can be written to. */
  readyTo(node: string): Redis | undefined {
    const connection = this.to(node);
    return connection?.status === 'ready' ? connection : undefined;
  }

  /** What a command for the node goes by: its own connection, or the client where there is none that can be written to. */
  wayTo(node: string): RedisClient {
    return this.readyTo(node) ?? this.#client;
  }

  close(): void {
    if (isCluster(this.#client)) this.#client.off('+node', this.#add).off('-node', this.#remove);
  }
}

/** Name of the node that a connection leads to. */
export function nameOf({ options }: Redis): string {
  return `${options.host}:${options.port}`;
}
