import { isAcknowledged } from '../history.js';
import type { Scenario } from '../scenario.js';
import { underFault } from '../under-fault.js';

export const scenario: Scenario = {
  id: 'F04',
  fault: 'a replica that missed logouts and revocations is promoted',
  promise: 'what no replica has is told as not durable; no session that was ended is served again',
  run: () =>
    underFault(
      {},
      async (rig) => {
        const master = rig.master(0);
        const replica = await rig.cluster.replicaOf(master);
        rig.cluster.stop(replica);
        await rig.load.goOn(4000);
        await rig.cluster.kill(master);
        rig.cluster.cont(replica);
        await rig.cluster.waitUntilReady();
        await rig.load.goOn(4000);
        await rig.cluster.restart(master);
        await rig.cluster.waitUntilReady();
      },
      ({ verdict, since }) => {
        const ends = since.filter(
          (entry) =>
            ['logout', 'revokeAll', 'disable'].includes(entry.act) && isAcknowledged(entry),
        );
        const unsafe = ends.filter(({ durable }) => durable === false);
        return (
          `${ends.length} acknowledged ends, ${unsafe.length} told as not durable; ${verdict.revived.length} reads of a dead session; ` +
          `${verdict.lostAsync.length} acknowledged writes lost that no replica had`
        );
      },
    ),
};
