import { isAcknowledged, type Entry } from '../history.js';
import type { Rig } from '../rig.js';
import type { Outcome, Scenario } from '../scenario.js';
import { underFault } from '../under-fault.js';

const WRITES = ['write', 'append', 'increment', 'login', 'logout'];
/** cluster-node-timeout, and as long again until the master has noticed. */
const WINDOW_MS = 4000;

export const scenario: Scenario = {
  id: 'F05',
  fault: 'a master that reaches none of its peers, with the servers still attached',
  promise: `it acknowledges no write ${WINDOW_MS / 1000} s after its isolation; sooner with min-replicas-to-write 1`,
  run: async () => {
    const plain = await isolated({});
    const guarded = await isolated({
      'min-replicas-to-write': '1',
      'min-replicas-max-lag': '1',
    });
    return {
      figure: `last write acknowledged ${plain.figure}; with min-replicas-to-write 1, max-lag 1: ${guarded.figure}`,
      broken: [...plain.broken, ...guarded.broken],
    };
  },
};

function isolated(config: Record<string, string>): Promise<Outcome> {
  let end = 0;
  return underFault(
    { cluster: { config } },
    async (rig) => {
      const others = othersOf(rig);
      for (const node of others) rig.cluster.stop(node);
      await rig.load.goOn(8000);
      end = performance.timeOrigin + performance.now();
      for (const node of others) rig.cluster.cont(node);
      await rig.cluster.waitUntilReady();
    },
    ({ since, at, promises }) => {
      const acknowledged = (entry: Entry): boolean =>
        entry.shard === 0 && entry.end < end && isAcknowledged(entry);
      const writes = since.filter((entry) => WRITES.includes(entry.act) && acknowledged(entry));
      const last = Math.max(0, ...writes.map((entry) => entry.end - at));
      promises.keep(last < WINDOW_MS, `a write was acknowledged ${last.toFixed(0)} ms after`);
      return `${last.toFixed(0)} ms after`;
    },
  );
}

/** All nodes but the master of shard 0. */
function othersOf(rig: Rig): Rig['cluster']['nodes'] {
  return rig.cluster.nodes.filter((node) => node !== rig.master(0));
}
