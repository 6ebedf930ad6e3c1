import { Crowd, toldOfEnds } from '../crowd.js';
import type { Act, Entry } from '../history.js';
import { failuresOf, kindsOf } from '../measure.js';
import type { Rig } from '../rig.js';
import type { Scenario } from '../scenario.js';
import { underFault } from '../under-fault.js';

const NEEDS_NO_MEMORY: readonly Act[] = ['read', 'list', 'logout', 'revokeAll'];

export const scenario: Scenario = {
  id: 'F16',
  fault: 'maxmemory reached, noeviction',
  promise: `${NEEDS_NO_MEMORY.join(', ')} work; other writes get a typed error, and nothing is partial`,
  run: () => {
    let end = 0;
    let ends: Entry[] = [];
    return underFault(
      {},
      async (rig) => {
        const crowd = await Crowd.logIn(rig);
        await limit(rig, '1');
        ends = await crowd.endAll();
        await crowd.tryAll();
        await rig.load.goOn(3000);
        end = performance.timeOrigin + performance.now();
        await limit(rig, '0');
        await rig.load.untilServed();
      },
      ({ promises, since }) => {
        const during = since.filter((entry) => entry.end < end);
        const spared = during.filter(({ act }) => NEEDS_NO_MEMORY.includes(act));
        const broken = failuresOf(spared);
        promises.keep(
          broken.length === 0,
          `${broken.length} reads, logouts and revocations refused`,
        );
        const refused = failuresOf(during);
        const untyped = refused.filter(({ code }) => code === undefined);
        promises.keep(untyped.length === 0, `errors without a code: ${kindsOf(untyped)}`);
        return `${toldOfEnds(ends)}; ${broken.length} of ${spared.length} reads and ends refused; other writes: ${kindsOf(refused)}`;
      },
    );
  },
};

async function limit(rig: Rig, bytes: string): Promise<void> {
  for (const node of rig.cluster.nodes) {
    await rig.cluster.command(node, 'CONFIG', 'SET', 'maxmemory', bytes);
  }
}
