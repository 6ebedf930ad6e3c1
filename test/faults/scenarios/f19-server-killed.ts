import type { Scenario } from '../scenario.js';
import { kindsOf } from '../measure.js';
import { underFault } from '../under-fault.js';
import { lossesOf } from '../scenario.js';

const TIMES = 5;

export const scenario: Scenario = {
  id: 'F19',
  fault: `kill -9 of an app server in the midst of its requests, ${TIMES} times`,
  promise:
    'every session is as before or as after the request; nothing acknowledged is lost, the others serve on',
  run: () =>
    underFault(
      {},
      async (rig) => {
        for (let time = 0; time < TIMES; time++) {
          await rig.addServer();
          await rig.load.goOn(700);
          await rig.killServer(rig.servers[0]!);
          await rig.load.goOn(700);
        }
      },
      ({ promises, rig, failed, verdict }) => {
        const others = failed.filter(({ status }) => status !== 0);
        promises.keep(others.length === 0, `errors of the other servers: ${kindsOf(others)}`);
        promises.keep(
          verdict.lostAsync.length === 0,
          `lost: ${verdict.lostAsync.slice(0, 3).join('; ')}`,
        );
        return `${failed.length - others.length} requests cut off, ${others.length} errors of other servers; ${verdict.unsoundKeys.length} partial sessions; ${lossesOf(rig, verdict)}`;
      },
    ),
};
