import { keySlot } from '../../../lib/redis/key-slot.js';
import { range } from '../../support/in-flight.js';
import type { Rig, RigPlan } from '../rig.js';
import type { Scenario } from '../scenario.js';
import { noticedByNobody, underFault } from '../under-fault.js';

const SLOTS = 300;
const BIG_SLOT_KEYS = 4000;

export const scenario: Scenario = {
  id: 'F09',
  fault: `${SLOTS} slots moved under load, one of them with ${BIG_SLOT_KEYS} keys`,
  promise: 'no error, no session read as missing, for every operation of the public API',
  run: () => moved({}),
  peer: async () => (await moved({ app: 'faults-peer' })).figure,
};

function moved(plan: RigPlan): ReturnType<Scenario['run']> {
  return underFault(
    plan,
    async (rig) => {
      const slots = rig.slotsOfClients(SLOTS);
      await fill(rig, slots[0]!);
      for (const slot of slots) await rig.moveSlot(slot);
    },
    noticedByNobody,
  );
}

/** Puts keys of others into the slot, so that its move takes a while. */
async function fill(rig: Rig, slot: number): Promise<void> {
  const owner = await rig.cluster.masterOf(slot);
  let tag = 0;
  while (keySlot(`{${tag}}`) !== slot) tag++;
  await Promise.all(
    range(BIG_SLOT_KEYS).map((at) =>
      rig.cluster.command(owner, 'SET', `{${tag}}:filling-${at}`, 'x'.repeat(200), 'PX', 600_000),
    ),
  );
}
