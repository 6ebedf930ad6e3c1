import { now } from '../lab-client.js';
import { failuresOf, kindsOf, latencyOf } from '../measure.js';
import type { Outcome, Scenario } from '../scenario.js';
import { underFault } from '../under-fault.js';

const DEAD_MS = 10_000;
/** How long nobody can know that no failover comes: `failoverDeadline`. */
const NOTICED_MS = 5000;

export const scenario: Scenario = {
  id: 'F13',
  fault: `both nodes of a shard dead for ${DEAD_MS / 1000} s, cluster-require-full-coverage no and yes`,
  promise:
    'no: the other shards serve without an error, a new process boots; yes: 503; fast, `failoverDeadline` after the shard died or the last has stopped for it',
  run: async () => {
    const without = await shardDead('no');
    const all = await shardDead('yes');
    return {
      figure: `no: ${without.figure}; yes: ${all.figure}`,
      broken: [...without.broken, ...all.broken],
    };
  },
};

function shardDead(coverage: 'no' | 'yes'): Promise<Outcome> {
  let hopeless = 0;
  let end = 0;
  return underFault(
    { cluster: { config: { 'cluster-require-full-coverage': coverage } }, dataIsLost: true },
    async (rig) => {
      const master = rig.master(0);
      const pair = [master, await rig.cluster.replicaOf(master)];
      await Promise.all(pair.map((node) => rig.cluster.kill(node)));
      if (coverage === 'yes') {
        await Promise.all([1, 2].map((shard) => rig.untilStopped(rig.master(shard))));
      }
      hopeless = now() + NOTICED_MS;
      await rig.load.goOn(DEAD_MS);
      if (coverage === 'no') await rig.addServer();
      end = now();
      await Promise.all(pair.map((node) => rig.cluster.restart(node)));
      await rig.cluster.waitUntilReady();
      await rig.load.untilServed();
    },
    ({ promises, since, verdict }) => {
      const during = since.filter(({ intended }) => intended < end);
      const others = failuresOf(during.filter(({ shard }) => shard > 0));
      if (coverage === 'no') {
        promises.keep(others.length === 0, `errors of the other shards: ${kindsOf(others)}`);
      }
      const failed = failuresOf(during);
      const wrong = failed.filter(({ status }) => status !== 503);
      promises.keep(wrong.length === 0, `answers other than 503: ${kindsOf(wrong)}`);
      const settled = latencyOf(failed.filter(({ intended }) => intended > hopeless));
      promises.keep(settled.p99 <= 100, `p99 of the errors ${settled.p99.toFixed(0)} ms`);
      return (
        `${failed.length} errors of ${during.length}, ${others.length} of them on other shards; once noticed p99 ${settled.p99.toFixed(0)} ms; ` +
        `${verdict.revived.length} reads of a dead session`
      );
    },
  );
}
