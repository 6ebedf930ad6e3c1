import type { Scenario } from '../scenario.js';
import { noticedByNobody, underFault } from '../under-fault.js';

const SLOTS = 200;

export const scenario: Scenario = {
  id: 'F10',
  fault: `the migration of ${SLOTS} slots is stuck, their keys half moved`,
  promise:
    'no error, no session read as missing, for every operation, login and revokeAll included',
  run: () =>
    underFault(
      {},
      async (rig) => {
        const slots = rig.slotsOfClients(SLOTS);
        for (const [at, slot] of slots.entries()) {
          await rig.cluster.beginSlotMove(slot, await rig.otherMaster(slot));
          if (at % 2 === 0) await rig.cluster.migrateKeys(slot, 1);
        }
        await rig.load.goOn(8000);
        for (const slot of slots) await rig.moveSlot(slot);
      },
      noticedByNobody,
    ),
};
