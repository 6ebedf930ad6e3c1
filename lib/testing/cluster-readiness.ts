import type { ClusterNode } from './cluster-node.js';
import { topologyOf, type ClusterNodeLine } from './cluster-nodes.js';

const NOT_SETTLED = ['fail', 'fail?', 'handshake', 'noaddr'];

/**
 * What keeps the cluster from being settled: a live node that is not known, suspected or without
 * its replication, a dead one that still counts, a view that differs, a slot without owner.
 *
 * @returns one sentence naming node and state, or `undefined` when everything is well
 */
export async function missingForReadiness(
  nodes: readonly ClusterNode[],
): Promise<string | undefined> {
  return missingIn(nodes, async (live) => {
    const views = await Promise.all(live.map((node) => node.view()));
    for (const [index, node] of live.entries()) {
      const view = views[index]!;
      const missing = missingInView(view, nodes) ?? (await missingOfItself(node, view, nodes));
      if (missing) return `node ${node.port} ${missing}`;
    }
    if (new Set(views.map(topologyOf)).size <= 1) return undefined;
    return live.map(({ port }, i) => `node ${port} sees ${topologyOf(views[i]!)}`).join(' | ');
  });
}

/**
 * Which live node does not know all live nodes yet, or still knows a removed one.
 *
 * @returns one sentence naming node and state, or `undefined` when all know just these
 */
export async function missingAcquaintance(
  nodes: readonly ClusterNode[],
): Promise<string | undefined> {
  return missingIn(nodes, async (live) => {
    for (const node of live) {
      const view = await node.view();
      const missing = firstOf(live, (other) => missingOfLive(view, other));
      const all = missing ?? strangerIn(view, nodes);
      if (all) return `node ${node.port} ${all}`;
    }
    return undefined;
  });
}

/** A node may die while it is asked: that is one more state to wait out. */
async function missingIn(
  nodes: readonly ClusterNode[],
  look: (live: readonly ClusterNode[]) => Promise<string | undefined>,
): Promise<string | undefined> {
  try {
    return await look(nodes.filter(({ answering }) => answering));
  } catch (error) {
    return `a node did not answer: ${(error as Error).message}`;
  }
}

function firstOf(
  nodes: readonly ClusterNode[],
  missing: (node: ClusterNode) => string | undefined,
): string | undefined {
  return nodes.map(missing).find((sentence) => sentence !== undefined);
}

function missingInView(
  view: readonly ClusterNodeLine[],
  nodes: readonly ClusterNode[],
): string | undefined {
  const missing = firstOf(nodes, (other) =>
    other.answering ? missingOfLive(view, other) : missingOfDead(view, other),
  );
  return missing ?? strangerIn(view, nodes);
}

function strangerIn(
  view: readonly ClusterNodeLine[],
  nodes: readonly ClusterNode[],
): string | undefined {
  const stranger = view.find(({ id }) => !nodes.some((known) => known.id === id));
  return stranger && `still knows the removed node ${stranger.port}`;
}

function missingOfLive(view: readonly ClusterNodeLine[], other: ClusterNode): string | undefined {
  const line = view.find(({ id }) => id === other.id);
  if (!line) return `does not know node ${other.port}`;
  const flag = NOT_SETTLED.find((name) => line.flags.includes(name));
  return flag && `holds node ${other.port} for '${flag}'`;
}

function missingOfDead(view: readonly ClusterNodeLine[], other: ClusterNode): string | undefined {
  const line = view.find(({ id }) => id === other.id);
  if (!line) return undefined;
  if (!line.flags.includes('fail')) return `has not noticed that node ${other.port} is dead`;
  return line.slots.length > 0 ? `gives slots to the dead node ${other.port}` : undefined;
}

async function missingOfItself(
  node: ClusterNode,
  view: readonly ClusterNodeLine[],
  nodes: readonly ClusterNode[],
): Promise<string | undefined> {
  const state = /cluster_state:(\w+)/.exec(String(await node.command('CLUSTER', 'INFO')))?.[1];
  if (state !== 'ok') return `has cluster_state:${state}`;
  const replication = String(await node.command('INFO', 'replication'));
  const link = /master_link_status:(\w+)/.exec(replication)?.[1];
  if (link) return link === 'up' ? undefined : `is a replica with master_link_status:${link}`;
  const isLive = (id: string): boolean => nodes.some((other) => other.id === id && other.answering);
  const wanted = view.filter(({ id, masterId }) => masterId === node.id && isLive(id)).length;
  const online = replication.match(/state=online/g)?.length ?? 0;
  return online < wanted ? `has ${online} of ${wanted} replicas online` : undefined;
}
