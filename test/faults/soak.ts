// Draws faults at random and judges what became of every session: `npm run soak -- --minutes 30 --seed 7`.
import { parseArgs } from 'node:util';
import { SeededRandom } from '../support/seeded-random.js';
import { now } from './lab-client.js';
import { failuresOf, kindsOf, latencyOf } from './measure.js';
import { MISHAPS } from './mishaps.js';
import { Rig } from './rig.js';
import { lossesOf, Promises } from './scenario.js';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, seed: { type: 'string' } },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error('Usage: npm run soak -- --minutes 30 --seed 7');
  process.exit(2);
}
console.log(`Soak of ${minutes} minutes with --seed ${seed}.`);

const broken = await Rig.use({ proxied: true, servers: 3 }, soak);
console.log(broken.length === 0 ? `Seed ${seed}: nothing to object to.` : broken.join('\n'));
process.exit(broken.length === 0 ? 0 : 1);

async function soak(rig: Rig): Promise<readonly string[]> {
  const random = new SeededRandom(seed);
  const end = now() + minutes * 60_000;
  while (now() < end) {
    const name = random.pick(Object.keys(MISHAPS));
    console.log(`${((end - now()) / 1000).toFixed(0)} s left: ${name}`);
    await MISHAPS[name]!(rig, random);
    const fallen = rig.fallen();
    if (fallen.length > 0) return fallen;
    await rig.cluster.waitUntilReady();
    await rig.load.untilServed();
    await rig.load.goOn(500 + random.next(2000));
  }
  const verdict = await rig.verdict();
  const { history } = rig.load;
  const { p50, p99, max } = latencyOf(history);
  console.log(
    `${history.length} requests, errors ${kindsOf(failuresOf(history))}; p50 ${p50.toFixed(0)}, p99 ${p99.toFixed(0)}, max ${max.toFixed(0)} ms; ${lossesOf(rig, verdict)}`,
  );
  const promises = new Promises();
  promises.keepSafe(verdict);
  return promises.broken;
}
