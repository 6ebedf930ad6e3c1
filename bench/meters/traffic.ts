import type { RedisTestCluster, RedisTestNode } from 'nest-session/testing';

/** What clients asked of all masters so far. */
export interface Traffic {
  /** Commands by name; those that a script runs are counted too. */
  readonly commands: Readonly<Record<string, number>>;
  /** Reads from sockets: commands that arrive together are one. */
  readonly reads: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** What was written to the replication stream. */
  readonly bytesToReplicas: number;
}

/** What replicas, this meter and clients that look after their connections send. */
const BACKGROUND =
  /^(cluster|client|config|command|hello|auth|select|info|ping|readonly|replconf|psync|time|script)\b/;

export async function trafficOf(cluster: RedisTestCluster): Promise<Traffic> {
  const masters = cluster.nodes.filter(({ role }) => role === 'master');
  const all = await Promise.all(masters.map((node) => trafficOfNode(cluster, node)));
  return all.reduce(plus);
}

/** Traffic since an earlier moment, divided by the number of requests. */
export function trafficSince(before: Traffic, after: Traffic, requests: number): Traffic {
  return combine(after, before, (late, early) => (late - early) / requests);
}

async function trafficOfNode(cluster: RedisTestCluster, node: RedisTestNode): Promise<Traffic> {
  const info = String(await cluster.command(node, 'INFO', 'everything'));
  const number = (name: string): number =>
    Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  const commands: Record<string, number> = {};
  for (const [, name, calls] of info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)) {
    const command = name!.replace('|', ' ').toLowerCase();
    if (!BACKGROUND.test(command)) commands[command] = Number(calls);
  }
  return {
    commands,
    reads: number('total_reads_processed'),
    bytesIn: number('total_net_input_bytes') - number('total_net_repl_input_bytes'),
    bytesOut: number('total_net_output_bytes') - number('total_net_repl_output_bytes'),
    bytesToReplicas: number('master_repl_offset'),
  };
}

function plus(a: Traffic, b: Traffic): Traffic {
  return combine(a, b, (left, right) => left + right);
}

function combine(a: Traffic, b: Traffic, with_: (a: number, b: number) => number): Traffic {
  const names = new Set([...Object.keys(a.commands), ...Object.keys(b.commands)]);
  const commands = [...names].map(
    (name) => [name, with_(a.commands[name] ?? 0, b.commands[name] ?? 0)] as const,
  );
  return {
    commands: Object.fromEntries(commands),
    reads: with_(a.reads, b.reads),
    bytesIn: with_(a.bytesIn, b.bytesIn),
    bytesOut: with_(a.bytesOut, b.bytesOut),
    bytesToReplicas: with_(a.bytesToReplicas, b.bytesToReplicas),
  };
}
