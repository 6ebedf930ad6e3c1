import type { Scenario } from '../scenario.js';
import { noticedByNobody, underFault } from '../under-fault.js';

const TIMES = 50;
const COMMANDS: readonly [string, ...string[]][] = [
  ['SCRIPT', 'FLUSH'],
  ['FUNCTION', 'FLUSH'],
  ['SCRIPT', 'KILL'],
];

export const scenario: Scenario = {
  id: 'F18',
  fault: `SCRIPT FLUSH, FUNCTION FLUSH and SCRIPT KILL on all nodes, ${TIMES} times each`,
  promise: 'not noticed',
  run: () =>
    underFault(
      {},
      async (rig) => {
        for (let time = 0; time < TIMES; time++) {
          for (const node of rig.cluster.nodes) {
            // Replicas take no FUNCTION FLUSH, and where no script runs there is none to kill.
            for (const command of COMMANDS)
              await rig.cluster.command(node, ...command).catch(() => undefined);
          }
          await rig.load.goOn(100);
        }
      },
      noticedByNobody,
    ),
};
