import { setTimeout as delay } from 'node:timers/promises';
import type { Lab } from '../lab.js';
import type { Subject } from '../subject.js';

const SETTLED_MS = 3000;

export interface Connections {
  /** That one app process has to all nodes together, replicas included. */
  readonly perProcess: number;
  readonly nodes: number;
}

/** Connections of an app process which has served requests of every kind. */
export async function countConnections(lab: Lab, subject: Subject): Promise<Connections> {
  const before = await clientsOf(lab);
  await lab.makeSessions(subject, 2000, 100);
  // Those it opens beside its answers.
  await delay(SETTLED_MS);
  return { perProcess: (await clientsOf(lab)) - before, nodes: lab.cluster.nodes.length };
}

async function clientsOf({ cluster }: Lab): Promise<number> {
  const counts = await Promise.all(
    cluster.nodes.map(async (node) => {
      const info = String(await cluster.command(node, 'INFO', 'clients'));
      return Number(/^connected_clients:(\d+)/m.exec(info)?.[1] ?? 0);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
