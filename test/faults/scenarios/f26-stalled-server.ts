import type { Scenario } from '../scenario.js';
import { longestOf } from '../measure.js';
import { underFault } from '../under-fault.js';

const STALL_MS = 2500;
const TIMES = 3;

export const scenario: Scenario = {
  id: 'F26',
  fault: `an app server stands still for ${STALL_MS / 1000} s with requests under way, ${TIMES} times`,
  promise:
    'what it writes when it goes on is in time or refused: nothing overwritten, late or twice',
  run: () =>
    underFault(
      {},
      async (rig) => {
        for (let time = 0; time < TIMES; time++) {
          const { pid } = rig.servers[0]!;
          process.kill(pid, 'SIGSTOP');
          await rig.load.goOn(STALL_MS);
          process.kill(pid, 'SIGCONT');
          await rig.load.goOn(1500);
        }
      },
      ({ promises, failed, since, verdict }) => {
        promises.keep(
          verdict.lostAsync.length === 0,
          `lost: ${verdict.lostAsync.slice(0, 3).join('; ')}`,
        );
        return `${verdict.lostAsync.length} acknowledged writes overwritten, ${verdict.late.length} late; ${failed.length} errors of ${since.length}, longest request ${longestOf(since).toFixed(0)} ms`;
      },
    ),
};
