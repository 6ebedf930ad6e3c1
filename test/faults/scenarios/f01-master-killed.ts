import { now } from '../lab-client.js';
import { dueIn, failuresOf, kindsOf, longestOf, recoveryOf } from '../measure.js';
import { Rig, type RigPlan } from '../rig.js';
import { lossesOf, type Outcome, type Scenario } from '../scenario.js';
import { keepErrorless, keepOthersFast, underFault } from '../under-fault.js';

const NODE_TIMEOUT_MS = 2000;
/**
 * How long after the takeover the last request is answered. Redis' own failover may take longer than node-timeout + 2 s: a master is
 * missed up to 1.5 node-timeouts after it fell silent, most of the others must have heard of it, and the replica then waits 500 to
 * 1000 ms (Redis Cluster specification, "Heartbeat and gossip messages" and "Replica election and promotion").
 */
const HANDOVER_MS = 300;
/** Whether the other shards serve on while one has no master: `cluster-require-full-coverage no`, or Redis' default. */
const OTHERS_SERVE = covering('no');
const OTHERS_STOP = covering('yes');

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
  fault: 'kill -9 of a master under load, cluster-require-full-coverage no and yes',
  promise:
    'no error; longest request < node-timeout + 2 s, or where the replica takes over later than that, < 300 ms after it; no: p99 of the other shards within 1.5x',
  run: () => masterGoneEitherWay(KILL),
  peer: () => peerMasterGone(KILL),
};

/** The same on a cluster whose other shards serve on, and on one where they stop. */
export async function masterGoneEitherWay(fault: MasterFault): Promise<Outcome> {
  const no = await masterGone(fault, OTHERS_SERVE);
  const yes = await masterGone(fault, OTHERS_STOP);
  return { figure: `no: ${no.figure}; yes: ${yes.figure}`, broken: [...no.broken, ...yes.broken] };
}

/** Takes the master of shard 0 away for longer than a failover needs. */
export function masterGone(fault: MasterFault, plan: RigPlan): Promise<Outcome> {
  let takeover = 0;
  return underFault(
    plan,
    async (rig) => {
      takeover = await play(rig, fault);
    },
    (facts) => {
      const { rig, verdict, promises, since, failed, at } = facts;
      keepErrorless(promises, failed);
      const longest = longestOf(since);
      const limit = Math.max(NODE_TIMEOUT_MS + 2000, takeover + HANDOVER_MS);
      promises.keep(longest < limit, `longest request ${longest.toFixed(0)} ms`);
      return (
        `${failed.length} errors of ${since.length}, the last ${recoveryOf(since, at).toFixed(0)} ms after the fault; ` +
        `longest request ${longest.toFixed(0)} ms, its replica was the master after ${takeover.toFixed(0)} ms; ` +
        `${plan === OTHERS_STOP ? '' : `${keepOthersFast(facts)}; `}${lossesOf(rig, verdict)}`
      );
    },
  );
}

/** The same with express-session and connect-redis. */
export function peerMasterGone(fault: MasterFault): Promise<string> {
  return Rig.use({ ...OTHERS_SERVE, app: 'faults-peer' }, async (rig) => {
    const at = now();
    const takeover = await play(rig, fault);
    const verdict = await rig.verdict();
    const since = dueIn(rig.load.history, at);
    const failed = failuresOf(since);
    return (
      `${failed.length} errors of ${since.length} (${kindsOf(failed)}), the last ${recoveryOf(since, at).toFixed(0)} ms after the fault; ` +
      `longest request ${longestOf(since).toFixed(0)} ms, its replica was the master after ${takeover.toFixed(0)} ms; ` +
      `${lossesOf(rig, verdict)}; ${verdict.revived.length} reads of a dead session`
    );
  });
}

function covering(coverage: 'no' | 'yes'): RigPlan {
  return { cluster: { config: { 'cluster-require-full-coverage': coverage } } };
}

/** Returns how long after the fault the replica had taken over, in ms: what of the wait is Redis' own. */
async function play(rig: Rig, fault: MasterFault): Promise<number> {
  const replica = await rig.cluster.replicaOf(rig.master(0));
  const at = now();
  await fault.begin(rig);
  await rig.untilTakeover(replica);
  const takeover = now() - at;
  await rig.cluster.waitUntilReady();
  await rig.load.goOn(5000);
  await fault.end(rig);
  await rig.cluster.waitUntilReady();
  return takeover;
}
