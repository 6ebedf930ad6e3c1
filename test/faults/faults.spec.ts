import { SeededRandom } from '../support/seeded-random.js';
import { MISHAPS } from './mishaps.js';
import { Rig } from './rig.js';
import { Promises } from './scenario.js';

/** A rate that a busy machine bears: what is asserted must hold at any. */
const LOAD = { rate: 25, visitors: 8, members: 8 };
const SEED = 1;

const PLAYED = [
  'scripts are flushed',
  'a migration is stuck',
  'a link breaks',
  'a master is stopped until its replica takes over',
  'a server is killed',
];

describe('Under load, while one fault follows the other', () => {
  it('no session is revived, mixed up, missed or partial, nothing is done twice or late, nothing durable is lost', async () => {
    const broken = await Rig.use({ proxied: true, load: LOAD }, async (rig) => {
      const random = new SeededRandom(SEED);
      for (const name of PLAYED) {
        await MISHAPS[name]!(rig, random);
        await rig.cluster.waitUntilReady();
        await rig.load.untilServed();
      }
      const promises = new Promises();
      promises.keepSafe(await rig.verdict());
      return promises.broken;
    });
    expect(broken).toEqual([]);
  }, 240_000);
});
