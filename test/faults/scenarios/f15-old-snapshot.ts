import type { Scenario } from '../scenario.js';
import { underFault } from '../under-fault.js';

export const scenario: Scenario = {
  id: 'F15',
  fault: 'all nodes die and come back with a snapshot older than the last logouts',
  promise: 'servers that knew of an end repeat it: no dead session is read',
  run: () =>
    underFault(
      { dataIsLost: true },
      async (rig) => {
        const { cluster } = rig;
        await Promise.all(cluster.nodes.map((node) => cluster.command(node, 'SAVE')));
        await rig.load.goOn(5000);
        await Promise.all(cluster.nodes.map((node) => cluster.kill(node)));
        await Promise.all(cluster.nodes.map((node) => cluster.restart(node)));
        await cluster.waitUntilReady();
        await rig.load.untilServed();
        await rig.load.goOn(3000);
      },
      ({ verdict, since }) =>
        `${verdict.revived.length} reads of a dead session of ${since.length} requests; ${verdict.lostDurable.length + verdict.lostAsync.length} writes since the snapshot lost with it`,
    ),
};
