import type { ClusterNode } from './cluster-node.js';
import { holdsSlot } from './cluster-nodes.js';
import type { Reply } from './control-connection.js';

const BATCH = 100;
const MIGRATE_TIMEOUT = 10_000;

/** The node that owns the slot now; where two claim it, the one with the newer claim. */
export async function ownerOf(nodes: readonly ClusterNode[], slot: number): Promise<ClusterNode> {
  const answering = nodes.filter((node) => node.answering);
  const lines = await Promise.all(
    answering.map(async (node) => ({ node, line: await node.ownLine() })),
  );
  const [owner] = lines
    .filter(({ line }) => line.masterId === undefined && holdsSlot(line, slot))
    .sort((a, b) => b.line.configEpoch - a.line.configEpoch);
  if (!owner) throw new Error(`No live node owns slot ${slot}.`);
  return owner.node;
}

/** Marks the slot as moving: the source answers ASK for keys that it does not hold. */
export async function beginSlotMove(
  source: ClusterNode,
  target: ClusterNode,
  slot: number,
): Promise<void> {
  await target.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', source.id);
  await source.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', target.id);
}

/**
 * Carries keys of a moving slot from source to target.
 *
 * @param limit - how many keys at most
 * @returns how many keys were carried
 */
export async function carryKeys(
  source: ClusterNode,
  target: ClusterNode,
  slot: number,
  limit: number,
  password?: string,
): Promise<number> {
  const auth = password === undefined ? [] : ['AUTH', password];
  let carried = 0;
  while (carried < limit) {
    const count = Math.min(BATCH, limit - carried);
    const keys = await source.bufferCommand('CLUSTER', 'GETKEYSINSLOT', slot, count);
    if (keys.length === 0) break;
    const address = [target.host, target.port, '', 0, MIGRATE_TIMEOUT] as const;
    await source.command('MIGRATE', ...address, ...auth, 'KEYS', ...keys);
    carried += keys.length;
  }
  return carried;
}

/** Gives the slot to the target: there first, so that no moment is without an owner. */
export async function finishSlotMove(
  nodes: readonly ClusterNode[],
  source: ClusterNode,
  target: ClusterNode,
  slot: number,
): Promise<void> {
  const give = (node: ClusterNode): Promise<Reply> =>
    node.command('CLUSTER', 'SETSLOT', slot, 'NODE', target.id);
  await give(target);
  await give(source);
  const others = nodes.filter((node) => node.answering && node !== source && node !== target);
  for (const node of others) {
    if ((await node.ownLine()).masterId === undefined) await give(node);
  }
}
