import type { Scenario } from '../scenario.js';
import { keepErrorless, underFault } from '../under-fault.js';
import { longestOf } from '../measure.js';
import { lossesOf } from '../scenario.js';

export const scenario: Scenario = {
  id: 'F12',
  fault: 'CLUSTER FAILOVER of one shard, TAKEOVER of another',
  promise: 'no error',
  run: () =>
    underFault(
      {},
      async (rig) => {
        const [first, second] = await Promise.all(
          [0, 1].map((shard) => rig.cluster.replicaOf(rig.master(shard))),
        );
        await rig.cluster.command(first!, 'CLUSTER', 'FAILOVER');
        await rig.untilMaster(first!);
        await rig.load.goOn(3000);
        await rig.cluster.command(second!, 'CLUSTER', 'FAILOVER', 'TAKEOVER');
        await rig.untilMaster(second!);
        await rig.load.goOn(3000);
      },
      ({ rig, promises, failed, since, verdict }) => {
        keepErrorless(promises, failed);
        return `${failed.length} errors of ${since.length}, longest request ${longestOf(since).toFixed(0)} ms; ${lossesOf(rig, verdict)}`;
      },
    ),
};
