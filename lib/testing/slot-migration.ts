import type { ClusterNode } from './cluster-node.js';
import { holdsSlot, type ClusterNodeLine } from './cluster-nodes.js';
import type { Reply } from './control-connection.js';
import { waitUntil } from './wait-until.js';

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
export async function handSlotOver(
  source: ClusterNode,
  target: ClusterNode,
  slot: number,
): Promise<void> {
  await giveSlot(target, target, slot);
  await giveSlot(source, target, slot);
}

/**
 * Resolves when all live nodes hold the node for the slot's owner.
 *
 * @throws Error after 60 s, naming one that does not
 */
export async function spreadOwner(
  nodes: readonly ClusterNode[],
  owner: ClusterNode,
  slot: number,
): Promise<void> {
  await waitUntil(`Slot ${slot} is owned by node ${owner.port}`, async () => {
    const live = nodes.filter(({ answering }) => answering);
    const views = await Promise.all(live.map((node) => node.view()));
    const unaware = live.filter((_, at) => !isOwner(views[at]!, owner.id, slot));
    if (unaware.length === 0) return undefined;
    // Of two claims the newer epoch's counts, which after a failover may be another node's.
    await owner.command('CLUSTER', 'BUMPEPOCH');
    for (const node of unaware) {
      if ((await node.ownLine()).masterId === undefined) await giveSlot(node, owner, slot);
    }
    return `node ${unaware[0]!.port} holds another one for it`;
  });
}

function giveSlot(node: ClusterNode, owner: ClusterNode, slot: number): Promise<Reply> {
  return node.command('CLUSTER', 'SETSLOT', slot, 'NODE', owner.id);
}

function isOwner(view: readonly ClusterNodeLine[], id: string, slot: number): boolean {
  return view.some((line) => line.id === id && holdsSlot(line, slot));
}
