import { keySlot } from '../../../lib/redis/key-slot.js';
import { range } from '../../support/in-flight.js';
import { now } from '../lab-client.js';
import { dueIn, failuresOf, kindsOf, longestOf } from '../measure.js';
import { Rig } from '../rig.js';
import { Promises, type Outcome, type Scenario } from '../scenario.js';

const SLOTS = 300;
const BIG_SLOT_KEYS = 4000;

export const scenario: Scenario = {
  id: 'F09',
  fault: `${SLOTS} slots moved under load, one of them with ${BIG_SLOT_KEYS} keys`,
  promise: 'no error, no session read as missing, for every operation of the public API',
  run: () => Rig.use({}, moved),
  peer: async () => (await Rig.use({ app: 'faults-peer' }, moved)).figure,
};

async function moved(rig: Rig): Promise<Outcome> {
  const { cluster } = rig;
  await rig.load.goOn(1000);
  const at = now();
  const slots = slotsToMove(rig);
  await fill(rig, slots[0]!);
  for (const slot of slots) {
    const owner = await cluster.masterOf(slot);
    const masters = [0, 1, 2].map((shard) => rig.master(shard));
    await cluster.moveSlot(slot, masters[(masters.indexOf(owner) + 1) % 3]!);
  }
  await rig.load.goOn(1000);
  const verdict = await rig.verdict();
  const promises = new Promises();
  promises.keepSafe(verdict);
  const since = dueIn(rig.load.history, at);
  const failed = failuresOf(since);
  promises.keep(failed.length === 0, `${failed.length} errors (${kindsOf(failed)})`);
  promises.keep(
    verdict.lostAsync.length === 0,
    `lost: ${verdict.lostAsync.slice(0, 3).join('; ')}`,
  );
  return {
    broken: promises.broken,
    figure: `${failed.length} errors of ${since.length}, ${verdict.missing.length} read as missing, ${verdict.lostAsync.length} writes lost; longest request ${longestOf(since).toFixed(0)} ms`,
  };
}

/** The slots of all sessions that the load has, and others to make up the number. */
function slotsToMove(rig: Rig): number[] {
  const clients = [...rig.load.visitors, ...rig.load.members];
  const own = clients.flatMap((client) => rig.slotOf(client.token) ?? []);
  return [...new Set([...own, ...range(SLOTS).map((at) => at * 53)])].slice(0, SLOTS);
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
