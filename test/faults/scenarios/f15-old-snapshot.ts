import { Crowd, toldOfEnds } from '../crowd.js';
import { deadReadsOf } from '../dead-reads.js';
import { isAcknowledged, type Entry } from '../history.js';
import { now } from '../lab-client.js';
import type { Rig } from '../rig.js';
import type { Outcome, Scenario } from '../scenario.js';
import { underFault, type FaultPlan } from '../under-fault.js';

/** Until the events of the last ends are with the other servers. */
const HEARD_MS = 1000;

export const scenario: Scenario = {
  id: 'F15',
  fault: 'all nodes die and come back with a snapshot older than the last logouts',
  promise:
    'servers that heard of an end repeat it and serve no dead session; with events for all servers on, none does',
  run: async () => {
    const alone = await oldSnapshot({ mayServeUnheard: true });
    const together = await oldSnapshot({ options: { events: { cluster: true } } });
    return {
      figure: `${alone.figure}; with events for all servers: ${together.figure}`,
      broken: [...alone.broken, ...together.broken],
    };
  },
};

function oldSnapshot(plan: FaultPlan): Promise<Outcome> {
  let ends: Entry[] = [];
  let cameBack = 0;
  let left = 0;
  let reachable = 0;
  return underFault(
    { ...plan, dataIsLost: true, proxied: true },
    async (rig) => {
      const { cluster } = rig;
      const crowd = await Crowd.logIn(rig);
      await Promise.all(cluster.nodes.map((node) => cluster.command(node, 'SAVE')));
      ends = await crowd.endAll();
      await rig.load.goOn(HEARD_MS);
      await Promise.all(cluster.nodes.map((node) => cluster.kill(node)));
      // What the snapshot brings is counted before a server can reach it.
      link(rig, 'reset');
      await Promise.all(cluster.nodes.map((node) => cluster.restart(node)));
      await cluster.waitUntilReady();
      cameBack = await crowd.storedLogins();
      reachable = now();
      link(rig, 'open');
      await rig.load.untilServed();
      await crowd.tryAll();
      left = await crowd.storedLogins();
    },
    ({ promises, verdict, rig }) => {
      const acknowledged = ends.filter(isAcknowledged).length;
      const back = `${cameBack} of ${acknowledged} ended sessions came back with the data`;
      promises.keep(cameBack > 0, `${back}: nothing is shown`);
      promises.keep(left === 0, `${left} of them are still there`);
      const lost = verdict.lostDurable.length + verdict.lostAsync.length;
      return `${toldOfEnds(ends)}; ${back}, ${toldOfDead(rig, reachable)}, ${left} left in Redis; ${lost} writes since the snapshot lost with it`;
    },
  );
}

/** `0 served by a server that had heard of their end, 3 reads by others, the last 1200 ms after Redis was back`. */
function toldOfDead(rig: Rig, reachable: number): string {
  const dead = deadReadsOf(rig.load.history);
  const heard = dead.filter(({ wasHeard }) => wasHeard).length;
  const last = Math.max(0, ...dead.map(({ read }) => read.end - reachable)).toFixed(0);
  const when = dead.length > heard ? `, the last ${last} ms after Redis was back` : '';
  return `${heard} reads of them served by a server that had heard of the end, ${dead.length - heard} by others${when}`;
}

function link(rig: Rig, state: 'open' | 'reset'): void {
  for (const node of rig.cluster.nodes) rig.proxy!.link(node).state = state;
}
