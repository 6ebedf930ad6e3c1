import type { Scenario } from '../scenario.js';
import { noticedByNobody, underFault } from '../under-fault.js';

const SLOTS = 60;

export const scenario: Scenario = {
  id: 'F11',
  fault: `a node is added and takes ${SLOTS} slots over, gives them away again and is removed`,
  promise: 'no error: its scripts are there at once',
  run: () =>
    underFault(
      {},
      async (rig) => {
        const { cluster } = rig;
        const slots = rig.slotsOfClients(SLOTS);
        const owners = await Promise.all(slots.map((slot) => cluster.masterOf(slot)));
        const added = await cluster.addNode();
        await cluster.waitUntilReady();
        for (const slot of slots) await cluster.moveSlot(slot, added);
        await rig.load.goOn(2000);
        for (const [at, slot] of slots.entries()) await cluster.moveSlot(slot, owners[at]!);
        await cluster.removeNode(added);
      },
      noticedByNobody,
    ),
};
