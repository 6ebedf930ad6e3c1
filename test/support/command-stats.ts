import type { RedisTestCluster, RedisTestNode } from '../../lib/testing/index.js';

/** Calls by command, over all masters. */
export type CommandCounts = Readonly<Record<string, number>>;

/**
 * What clients and replicas send by themselves from time to time, and what this file sends. GET: once a second each process asks
 * whether every login was ended; no request does.
 */
const BACKGROUND =
  /^(get|cluster|client|config|command|hello|auth|select|info|ping|readonly|replconf|psync|time|script|pttl|scan)\b/;

/** Counts what Redis was asked to do, by INFO. The cluster must be used by nobody else. */
export class CommandStats {
  readonly #cluster: RedisTestCluster;
  readonly #masters: readonly RedisTestNode[];

  constructor(cluster: RedisTestCluster) {
    this.#cluster = cluster;
    this.#masters = cluster.nodes.filter(({ role }) => role === 'master');
  }

  /** Commands that the work made Redis run, those inside scripts included. */
  async during(work: () => Promise<unknown>): Promise<CommandCounts> {
    const before = await this.#counts();
    await work();
    const after = await this.#counts();
    const used = [...after].map(
      ([name, calls]) => [name, calls - (before.get(name) ?? 0)] as const,
    );
    return Object.fromEntries(used.filter(([, calls]) => calls > 0));
  }

  /** Bytes that clients sent to the node which owns the key. */
  bytesIn(key: string): Promise<number> {
    return this.#bytes(key, 'input');
  }

  /** Bytes that the node which owns the key sent to clients. */
  bytesOut(key: string): Promise<number> {
    return this.#bytes(key, 'output');
  }

  async #bytes(key: string, way: 'input' | 'output'): Promise<number> {
    const node = await this.#cluster.masterOf(key);
    const info = String(await this.#cluster.command(node, 'INFO', 'stats'));
    return Number(new RegExp(`total_net_${way}_bytes:(\\d+)`).exec(info)![1]);
  }

  async #counts(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const node of this.#masters) {
      const info = String(await this.#cluster.command(node, 'INFO', 'commandstats'));
      for (const [, name, calls] of info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)) {
        const command = name!.replace('|', ' ').toLowerCase();
        if (BACKGROUND.test(command)) continue;
        counts.set(command, (counts.get(command) ?? 0) + Number(calls));
      }
    }
    return counts;
  }
}
