import type { Certificate } from '../../support/certificates.js';
import { failuresOf, kindsOf } from '../measure.js';
import { now } from '../lab-client.js';
import type { Rig } from '../rig.js';
import type { Outcome, Scenario } from '../scenario.js';
import { TlsNodes } from '../tls-nodes.js';
import { underFault } from '../under-fault.js';
import { KILL, masterGone } from './f01-master-killed.js';

/** Longer than anybody waits for a failover (`failoverDeadline`). */
const LONG_MS = 8000;

export const scenario: Scenario = {
  id: 'F22',
  fault:
    'a cluster by TLS with verified names: kill -9 of a master; a master whose certificate is for another name, and one whose certificate has expired',
  promise:
    'as F01; such a node gets no command, its shard is told by 503 and the others serve on; all is well as soon as its certificate is',
  run: async () => {
    const nodes = await TlsNodes.make();
    try {
      const killed = await masterGone(KILL, nodes.plan);
      const named = await refused(nodes, await nodes.ofAnotherName());
      const expired = await refused(nodes, await nodes.expired());
      return {
        figure: `killed: ${killed.figure}; other name: ${named.figure}; expired: ${expired.figure}`,
        broken: [...killed.broken, ...named.broken, ...expired.broken],
      };
    } finally {
      await nodes.remove();
    }
  },
};

/** One master shows the certificate for a while, to all who connect to it. */
function refused(nodes: TlsNodes, certificate: Certificate): Promise<Outcome> {
  let end = 0;
  let taken = 0;
  return underFault(
    nodes.plan,
    async (rig) => {
      await nodes.present(rig, rig.master(0), certificate);
      const before = await scriptsRun(rig);
      await rig.load.goOn(LONG_MS);
      taken = (await scriptsRun(rig)) - before;
      end = now();
      await nodes.present(rig, rig.master(0));
      await rig.load.untilServed();
    },
    ({ promises, since }) => {
      const during = since.filter(({ intended }) => intended < end);
      const own = failuresOf(during.filter(({ shard }) => shard === 0));
      const others = failuresOf(during.filter(({ shard }) => shard > 0));
      promises.keep(taken === 0, `${taken} scripts run by the node`);
      promises.keep(own.length > 0, 'no request was refused: nothing is shown');
      promises.keep(others.length === 0, `errors of the other shards: ${kindsOf(others)}`);
      const wrong = own.filter(({ status }) => status !== 503);
      promises.keep(wrong.length === 0, `answers other than 503: ${kindsOf(wrong)}`);
      return `${taken} scripts run by the node, ${own.length} of its requests refused (${kindsOf(own)}), ${others.length} errors of the other shards`;
    },
  );
}

async function scriptsRun(rig: Rig): Promise<number> {
  const text = String(await rig.cluster.command(rig.master(0), 'INFO', 'commandstats'));
  const calls = [...text.matchAll(/^cmdstat_eval(?:sha)?:calls=(\d+)/gm)];
  return calls.reduce((sum, [, count]) => sum + Number(count), 0);
}
