import type { ClusterNode } from './cluster-node.js';
import { topologyOf, type ClusterNodeLine } from './cluster-nodes.js';

const NOT_SETTLED = ['fail', 'fail?', 'handshake', 'noaddr'];

/**
 * What keeps the cluster from being settled: a live node that is not known, suspected or without
 * its master, a dead one that still counts, a view that differs, a slot without owner.
 *
 * @returns one sentence naming node and state, or `undefined` when everything is well
 */
export async function missingForReadiness(
  nodes: readonly ClusterNode[],
): Promise<string | undefined> {
  const live = nodes.filter(({ answering }) => answering);
  const views = new Map<ClusterNode, ClusterNodeLine[]>();
  for (const node of live) views.set(node, await node.view());
  for (const [node, view] of views) {
    const missing = missingInView(node, view, nodes) ?? (await missingOfItself(node, view));
    if (missing) return `node ${node.port} ${missing}`;
  }
  const topologies = live.map((node) => `node ${node.port} sees ${topologyOf(views.get(node)!)}`);
  const different = new Set(live.map((node) => topologyOf(views.get(node)!))).size > 1;
  return different ? `views differ: ${topologies.join(' | ')}` : undefined;
}

/**
 * Which live node does not know all live nodes yet, or still knows a removed one.
 *
 * @returns one sentence naming node and state, or `undefined` when all know just these
 */
export async function missingAcquaintance(
  nodes: readonly ClusterNode[],
): Promise<string | undefined> {
  const live = nodes.filter(({ answering }) => answering);
  for (const node of live) {
    const view = await node.view();
    for (const other of live) {
      const missing = missingOfLive(view, other);
      if (missing) return `node ${node.port} ${missing}`;
    }
    const stranger = strangerIn(view, nodes);
    if (stranger) return `node ${node.port} ${stranger}`;
  }
  return undefined;
}

function missingInView(
  node: ClusterNode,
  view: readonly ClusterNodeLine[],
  nodes: readonly ClusterNode[],
): string | undefined {
  for (const other of nodes) {
    const missing = other.answering ? missingOfLive(view, other) : missingOfDead(view, other);
    if (missing) return missing;
  }
  return strangerIn(view, nodes);
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
): Promise<string | undefined> {
  const state = /cluster_state:(\w+)/.exec(String(await node.command('CLUSTER', 'INFO')))?.[1];
  if (state !== 'ok') return `has cluster_state:${state}`;
  const own = view.find(({ flags }) => flags.includes('myself'));
  if (!own?.masterId) return undefined;
  const info = String(await node.command('INFO', 'replication'));
  const link = /master_link_status:(\w+)/.exec(info)?.[1];
  return link === 'up' ? undefined : `is a replica with master_link_status:${link}`;
}
