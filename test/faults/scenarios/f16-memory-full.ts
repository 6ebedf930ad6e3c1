import { failuresOf, kindsOf } from '../measure.js';
import type { Act } from '../history.js';
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
    return underFault(
      {},
      async (rig) => {
        await limit(rig, '1');
        await rig.load.goOn(6000);
        end = performance.timeOrigin + performance.now();
        await limit(rig, '0');
        await rig.load.untilServed();
      },
      ({ promises, since }) => {
        const during = since.filter((entry) => entry.end < end);
        const spared = during.filter(({ act }) => NEEDS_NO_MEMORY.includes(act));
        const broken = failuresOf(spared);
        promises.keep(broken.length === 0, `${broken.map(({ act }) => act).join(', ')} refused`);
        const refused = failuresOf(during);
        const untyped = refused.filter(({ code }) => code === undefined);
        promises.keep(untyped.length === 0, `errors without a code: ${kindsOf(untyped)}`);
        const ends = spared.filter(({ act }) => act === 'logout' || act === 'revokeAll');
        return `${ends.length} ends and ${spared.length - ends.length} reads, ${broken.length} refused; other writes: ${kindsOf(refused)}`;
      },
    );
  },
};

async function limit(rig: Rig, bytes: string): Promise<void> {
  for (const node of rig.cluster.nodes) {
    await rig.cluster.command(node, 'CONFIG', 'SET', 'maxmemory', bytes);
  }
}
