import type { Scenario } from '../scenario.js';
import { keepOthersFast, toldBy503, underFault } from '../under-fault.js';

const SLEEP_SECONDS = 1.2;
const LONGEST_MS = 6000;

export const scenario: Scenario = {
  id: 'F08',
  fault: `one master does nothing for ${SLEEP_SECONDS} s, four times (DEBUG SLEEP)`,
  promise: 'only its shard is slow: p99 of the others within 1.5x',
  run: () =>
    underFault(
      {},
      async (rig) => {
        for (let time = 0; time < 4; time++) {
          await rig.cluster.command(rig.master(0), 'DEBUG', 'SLEEP', SLEEP_SECONDS);
          await rig.load.goOn(500);
        }
      },
      (facts) => `${keepOthersFast(facts)}; ${toldBy503(facts, LONGEST_MS)}`,
    ),
};
