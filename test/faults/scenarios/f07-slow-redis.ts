import { dueIn, failuresOf } from '../measure.js';
import { now } from '../lab-client.js';
import type { Scenario } from '../scenario.js';
import { toldBy503, underFault } from '../under-fault.js';

const DELAYS_MS = [50, 200, 1000];
const LONG_MS = 4000;
const LONGEST_MS = 6000;

export const scenario: Scenario = {
  id: 'F07',
  fault: `Redis answers ${DELAYS_MS.join(', then ')} ms later, with half as much jitter`,
  promise: 'slower, then 503; no queue grows: heap flat',
  run: () => {
    const shares: string[] = [];
    let growth = 0;
    return underFault(
      { proxied: true },
      async (rig) => {
        const before = await rig.memory();
        for (const delay of DELAYS_MS) {
          const at = now();
          for (const node of rig.cluster.nodes) {
            Object.assign(rig.proxy!.link(node), { latency: delay, jitter: delay / 2 });
          }
          await rig.load.goOn(LONG_MS);
          const due = dueIn(rig.load.history, at);
          shares.push(`+${delay} ms: ${failuresOf(due).length} of ${due.length} refused`);
        }
        growth = (await rig.memory()) - before;
        for (const node of rig.cluster.nodes) {
          Object.assign(rig.proxy!.link(node), { latency: 0, jitter: 0 });
        }
        await rig.load.untilServed();
      },
      (facts) => {
        const grown = `heap ${(growth / 1e6).toFixed(1)} MB`;
        facts.promises.keep(growth < 10e6, grown);
        return `${shares.join('; ')}; ${grown}; ${toldBy503(facts, LONGEST_MS)}`;
      },
    );
  },
};
