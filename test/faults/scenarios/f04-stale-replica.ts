import { Crowd, toldOfEnds } from '../crowd.js';
import type { Entry } from '../history.js';
import type { Scenario } from '../scenario.js';
import { underFault } from '../under-fault.js';

export const scenario: Scenario = {
  id: 'F04',
  fault: 'a replica that missed logouts and revocations is promoted',
  promise: 'what no replica has is told as not durable; no session that was ended is served again',
  run: () => {
    let ends: Entry[] = [];
    return underFault(
      {},
      async (rig) => {
        const crowd = await Crowd.logIn(rig, 0);
        const master = rig.master(0);
        const replica = await rig.cluster.replicaOf(master);
        rig.cluster.stop(replica);
        // Else what follows would wait for it in its socket.
        await rig.cluster.command(master, 'CLIENT', 'KILL', 'TYPE', 'replica');
        ends = await crowd.endAll();
        await rig.cluster.kill(master);
        rig.cluster.cont(replica);
        await rig.cluster.waitUntilReady();
        await crowd.tryAll();
        await rig.cluster.restart(master);
        await rig.cluster.waitUntilReady();
        await crowd.tryAll();
      },
      ({ verdict }) =>
        `${toldOfEnds(ends)}; ${verdict.revived.length} reads of a dead session; ` +
        `${verdict.lostAsync.length} acknowledged writes lost that no replica had`,
    );
  },
};
