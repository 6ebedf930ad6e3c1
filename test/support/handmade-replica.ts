import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { RedisTestCluster, RedisTestNode } from '../../lib/testing/index.js';
import { until } from './until.js';

/** A replica that acknowledges what the test says, and nothing else (redis.io, "PSYNC", "REPLCONF"). */
export class HandmadeReplica {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Attaches one to a master, which counts it from then on. */
  static async attach(cluster: RedisTestCluster, master: RedisTestNode): Promise<HandmadeReplica> {
    // Else the master would wait for more replicas that want the same copy.
    await cluster.command(master, 'CONFIG', 'SET', 'repl-diskless-sync-delay', 0);
    const socket = connect(master.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    socket.write(`REPLCONF listening-port ${socket.localPort}\r\n`);
    // PSYNC is refused while an answer is still to be sent.
    await once(socket, 'data');
    socket.resume().write('PSYNC ? -1\r\n');
    await until('the master counts the replica', async () => {
      const told = String(await cluster.command(master, 'INFO', 'replication'));
      return told.includes(`port=${socket.localPort},state=online`);
    });
    return new HandmadeReplica(socket);
  }

  /** @param offset of the master's `master_repl_offset` up to which this one says to have everything */
  acknowledge(offset: number): void {
    this.#socket.write(`REPLCONF ACK ${offset}\r\n`);
  }

  detach(): void {
    this.#socket.destroy();
  }
}

/** How much the master has told its replicas so far, in bytes. */
export async function replicationOffset(
  cluster: RedisTestCluster,
  node: RedisTestNode,
): Promise<number> {
  const told = String(await cluster.command(node, 'INFO', 'replication'));
  return Number(/^(?:slave|master)_repl_offset:(\d+)/m.exec(told)![1]);
}
