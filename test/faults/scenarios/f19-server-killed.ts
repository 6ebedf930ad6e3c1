import { range } from '../../support/in-flight.js';
import { killInTheMidst, type CutRequest, type Found } from '../cut-off.js';
import { kindsOf } from '../measure.js';
import { lossesOf, type Scenario } from '../scenario.js';
import { underFault } from '../under-fault.js';

const TIMES = 5;
/** After how many more answers each server dies. */
const LATER = 3;

export const scenario: Scenario = {
  id: 'F19',
  fault: `kill -9 of an app server in the midst of its requests, ${TIMES} times`,
  promise:
    'every session is as before or as after the request; nothing acknowledged is lost, the others serve on',
  run: () => {
    const cut: CutRequest[] = [];
    return underFault(
      {},
      async (rig) => {
        for (const time of range(TIMES)) {
          await rig.addServer();
          cut.push(...(await killInTheMidst(rig, rig.servers[0]!, 1 + time * LATER)));
          await rig.load.goOn(700);
        }
      },
      ({ promises, rig, failed, verdict }) => {
        const others = failed.filter(({ status }) => status !== 0);
        promises.keep(others.length === 0, `errors of the other servers: ${kindsOf(others)}`);
        promises.keep(cut.length > 0, 'no request was cut off: nothing is shown');
        const torn = found(cut, 'as neither');
        promises.keep(torn === 0, `${torn} sessions neither as before nor as after`);
        promises.keep(
          verdict.lostAsync.length === 0,
          `lost: ${verdict.lostAsync.slice(0, 3).join('; ')}`,
        );
        return (
          `${cut.length} requests cut off: ${found(cut, 'as before')} sessions as before, ${found(cut, 'as after')} as after, ${torn} as neither; ` +
          `${failed.length - others.length - cut.length} of the load cut off too; ${others.length} errors of other servers; ` +
          `${verdict.unsoundKeys.length} partial sessions; ${lossesOf(rig, verdict)}`
        );
      },
    );
  },
};

function found(cut: readonly CutRequest[], how: Found): number {
  return cut.filter((request) => request.found === how).length;
}
