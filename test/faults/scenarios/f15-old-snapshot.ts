import { Crowd, toldOfEnds } from '../crowd.js';
import type { Entry } from '../history.js';
import type { Scenario } from '../scenario.js';
import { underFault } from '../under-fault.js';

export const scenario: Scenario = {
  id: 'F15',
  fault: 'all nodes die and come back with a snapshot older than the last logouts',
  promise: 'servers that knew of an end repeat it: no dead session is read',
  run: () => {
    let ends: Entry[] = [];
    return underFault(
      { dataIsLost: true },
      async (rig) => {
        const { cluster } = rig;
        const crowd = await Crowd.logIn(rig);
        await Promise.all(cluster.nodes.map((node) => cluster.command(node, 'SAVE')));
        ends = await crowd.endAll();
        await Promise.all(cluster.nodes.map((node) => cluster.kill(node)));
        await Promise.all(cluster.nodes.map((node) => cluster.restart(node)));
        await cluster.waitUntilReady();
        await rig.load.untilServed();
        await crowd.tryAll();
      },
      ({ verdict }) =>
        `${toldOfEnds(ends)}; ${verdict.revived.length} reads of a dead session; ` +
        `${verdict.lostDurable.length + verdict.lostAsync.length} writes since the snapshot lost with it`,
    );
  },
};
