import type { Scenario } from '../scenario.js';
import { lossesOf } from '../scenario.js';
import { isUnsure } from '../history.js';
import { underFault } from '../under-fault.js';

/** Shorter than cluster-node-timeout: what waits in the sockets is executed when the master goes on. */
const PAUSE_MS = 1400;

export const scenario: Scenario = {
  id: 'F03',
  fault: 'a stopped master goes on with what waited in its sockets: as master still, and deposed',
  promise: 'no write is executed after its caller was told of the error',
  run: () =>
    underFault(
      {},
      async (rig) => {
        const master = rig.master(0);
        for (let pause = 0; pause < 3; pause++) {
          rig.cluster.stop(master);
          await rig.load.goOn(PAUSE_MS);
          rig.cluster.cont(master);
          await rig.load.goOn(PAUSE_MS);
        }
        rig.cluster.stop(master);
        await rig.cluster.waitUntilReady();
        rig.cluster.cont(master);
        await rig.cluster.waitUntilReady();
      },
      ({ rig, since, verdict }) => {
        const unsure = since.filter((entry) => isUnsure(entry) && entry.value !== undefined);
        return `${verdict.late.length} of ${unsure.length} writes with an error executed after it; ${lossesOf(rig, verdict)}`;
      },
    ),
};
