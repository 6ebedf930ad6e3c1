import type { ClusterNode } from './cluster-node.js';
import { missingAcquaintance, missingForReadiness } from './cluster-readiness.js';
import { waitUntil } from './wait-until.js';

const SLOTS = 16_384;

/**
 * Makes one cluster of empty nodes that know nobody: the first `masters` of them share the slots,
 * the others become their replicas in turn. Resolves when all nodes agree on it.
 */
export async function formCluster(nodes: readonly ClusterNode[], masters: number): Promise<void> {
  await Promise.all(nodes.map((node, index) => assignPart(node, index, masters)));
  await introduce(nodes);
  await waitUntil('All nodes know each other', () => missingAcquaintance(nodes));
  await Promise.all(
    nodes
      .slice(masters)
      .map((replica, index) => replica.command('CLUSTER', 'REPLICATE', nodes[index % masters]!.id)),
  );
  await waitUntil('The cluster is ready', () => missingForReadiness(nodes));
}

/** MEETs every pair; left to gossip alone this takes seconds more. */
export async function introduce(nodes: readonly ClusterNode[]): Promise<void> {
  const pairs = nodes.flatMap((node, index) =>
    nodes.slice(index + 1).map((other) => [node, other]),
  );
  await Promise.all(
    pairs.map(([node, other]) =>
      node!.command('CLUSTER', 'MEET', other!.host, other!.port, other!.busPort),
    ),
  );
}

async function assignPart(node: ClusterNode, index: number, masters: number): Promise<void> {
  await node.command('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
  node.role = index < masters ? 'master' : 'replica';
  if (node.role === 'replica') return;
  const first = Math.floor((index * SLOTS) / masters);
  const last = Math.floor(((index + 1) * SLOTS) / masters) - 1;
  node.slots = { first, last };
  await node.command('CLUSTER', 'ADDSLOTSRANGE', first, last);
}
