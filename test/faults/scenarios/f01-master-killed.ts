import { now } from '../lab-client.js';
import { dueIn, failuresOf, kindsOf, longestOf, recoveryOf } from '../measure.js';
import { Rig, type RigPlan } from '../rig.js';
import { lossesOf, type Outcome, type Scenario } from '../scenario.js';
import { keepErrorless, keepOthersFast, underFault } from '../under-fault.js';

const NODE_TIMEOUT_MS = 2000;
const PLAN: RigPlan = { cluster: { config: { 'cluster-require-full-coverage': 'no' } } };

/** How a master is taken out of service, and what brings it back. */
export interface MasterFault {
  begin(rig: Rig): Promise<void> | void;
  end(rig: Rig): Promise<void> | void;
}

export const KILL: MasterFault = {
  begin: (rig) => rig.cluster.kill(rig.master(0)),
  end: (rig) => rig.cluster.restart(rig.master(0)),
};

export const scenario: Scenario = {
  id: 'F01',
  fault: 'kill -9 of a master under load',
  promise: 'no error; longest request < node-timeout + 2 s; p99 of the other shards within 1.5x',
  run: () => masterGone(KILL),
  peer: () => peerMasterGone(KILL),
};

/** Takes the master of shard 0 away for longer than a failover needs. */
export function masterGone(fault: MasterFault, plan: RigPlan = PLAN): Promise<Outcome> {
  return underFault(
    plan,
    (rig) => play(rig, fault),
    (facts) => {
      const { rig, verdict, promises, since, failed, at } = facts;
      keepErrorless(promises, failed);
      const longest = longestOf(since).toFixed(0);
      promises.keep(Number(longest) < NODE_TIMEOUT_MS + 2000, `longest request ${longest} ms`);
      return (
        `${failed.length} errors of ${since.length}, the last ${recoveryOf(since, at).toFixed(0)} ms after the fault; ` +
        `longest request ${longest} ms; ${keepOthersFast(facts)}; ${lossesOf(rig, verdict)}`
      );
    },
  );
}

/** The same with express-session and connect-redis. */
export function peerMasterGone(fault: MasterFault): Promise<string> {
  return Rig.use({ ...PLAN, app: 'faults-peer' }, async (rig) => {
    const at = now();
    await play(rig, fault);
    const verdict = await rig.verdict();
    const since = dueIn(rig.load.history, at);
    const failed = failuresOf(since);
    return (
      `${failed.length} errors of ${since.length} (${kindsOf(failed)}), the last ${recoveryOf(since, at).toFixed(0)} ms after the fault; ` +
      `longest request ${longestOf(since).toFixed(0)} ms; ${lossesOf(rig, verdict)}; ${verdict.revived.length} reads of a dead session`
    );
  });
}

async function play(rig: Rig, fault: MasterFault): Promise<void> {
  await fault.begin(rig);
  await rig.cluster.waitUntilReady();
  await rig.load.goOn(5000);
  await fault.end(rig);
  await rig.cluster.waitUntilReady();
}
