import type { Scenario } from '../scenario.js';
import { noticedByNobody, underFault } from '../under-fault.js';

const TIMES = 40;

export const scenario: Scenario = {
  id: 'F28',
  fault: `every subscriber's connection is killed, ${TIMES} times, with events for all servers on`,
  promise: 'not noticed: events are hints',
  run: () =>
    underFault(
      { options: { events: { cluster: true } } },
      async (rig) => {
        for (let time = 0; time < TIMES; time++) {
          for (const node of rig.cluster.nodes) {
            await rig.cluster.command(node, 'CLIENT', 'KILL', 'TYPE', 'pubsub');
          }
          await rig.load.goOn(100);
        }
      },
      noticedByNobody,
    ),
};
