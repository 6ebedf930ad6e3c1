import { now } from '../lab-client.js';
import { dueIn, failuresOf, kindsOf, latencyOf, longestOf, recoveryOf } from '../measure.js';
import { Rig, type RigPlan } from '../rig.js';
import { lossesOf, Promises, type Outcome, type Scenario } from '../scenario.js';

const NODE_TIMEOUT_MS = 2000;
const BEFORE_MS = 4000;
const AFTER_MS = 8000;
const PLAN: RigPlan = { cluster: { config: { 'cluster-require-full-coverage': 'no' } } };

/** How a master is taken out of service, and what brings it back. */
export interface MasterFault {
  begin(rig: Rig): Promise<void> | void;
  end(rig: Rig): Promise<void>;
}

const KILL: MasterFault = {
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
export function masterGone(fault: MasterFault): Promise<Outcome> {
  return Rig.use(PLAN, async (rig) => {
    const { from, at } = await faultUnderLoad(rig, fault);
    const verdict = await rig.verdict();
    const { history } = rig.load;
    const promises = new Promises();
    promises.keepSafe(verdict);
    const since = dueIn(history, at);
    const failed = failuresOf(since);
    promises.keep(failed.length === 0, `${failed.length} errors (${kindsOf(failed)})`);
    const longest = longestOf(since);
    promises.keep(longest < NODE_TIMEOUT_MS + 2000, `longest request ${longest.toFixed(0)} ms`);
    const isOther = ({ shard }: { shard: number }): boolean => shard > 0;
    const before = latencyOf(dueIn(history, from, at).filter(isOther)).p99;
    const during = latencyOf(since.filter(isOther)).p99;
    promises.keep(
      during <= Math.max(1.5 * before, LEAST_MS),
      `p99 of the other shards ${before.toFixed(0)} -> ${during.toFixed(0)} ms`,
    );
    const recovery = recoveryOf(history, at);
    return {
      broken: promises.broken,
      figure:
        `${failed.length} errors of ${since.length}, the last ${recovery.toFixed(0)} ms after the fault; longest request ${longest.toFixed(0)} ms; ` +
        `p99 of the other shards ${before.toFixed(0)} -> ${during.toFixed(0)} ms; ${lossesOf(rig, verdict)}`,
    };
  });
}

/** Below this a ratio of latencies says nothing but how busy the machine is. */
const LEAST_MS = 25;

/** The same with express-session and connect-redis. */
export function peerMasterGone(fault: MasterFault): Promise<string> {
  return Rig.use({ ...PLAN, app: 'faults-peer' }, async (rig) => {
    const { at } = await faultUnderLoad(rig, fault);
    const verdict = await rig.verdict();
    const since = dueIn(rig.load.history, at);
    const failed = failuresOf(since);
    return (
      `${failed.length} errors of ${since.length} (${kindsOf(failed)}), the last ${recoveryOf(since, at).toFixed(0)} ms after the fault; ` +
      `longest request ${longestOf(since).toFixed(0)} ms; ${lossesOf(rig, verdict)}; ${verdict.revived.length} reads of a dead session`
    );
  });
}

async function faultUnderLoad(rig: Rig, fault: MasterFault): Promise<{ from: number; at: number }> {
  const from = now();
  await rig.load.goOn(BEFORE_MS);
  const at = now();
  await fault.begin(rig);
  await rig.cluster.waitUntilReady();
  await rig.load.goOn(AFTER_MS);
  await fault.end(rig);
  await rig.cluster.waitUntilReady();
  await rig.load.goOn(2000);
  return { from, at };
}
