import { SeededRandom } from '../../support/seeded-random.js';
import { LabClient, type Recorder } from '../lab-client.js';
import { Rig } from '../rig.js';
import { Promises, type Scenario } from '../scenario.js';
import type { Entry } from '../history.js';

/** Without `@t` a session counts as never used since it began: it may end too early, and is trusted as before. */
const OWN = ['@s', '@m', '@a'];
const SEED = 24;
const FLIPS = 60;

type Damage = (rig: Rig, key: string, random: SeededRandom) => Promise<unknown>;

const DAMAGES: Readonly<Record<string, Damage>> = {
  'another type': async (rig, key) => {
    await rig.keys.redis.del(key);
    return rig.keys.redis.set(key, 'text', 'PX', 600_000);
  },
  ...Object.fromEntries(
    OWN.map((field) => [`no ${field}`, (rig: Rig, key: string) => rig.keys.redis.hdel(key, field)]),
  ),
  'only a foreign field': async (rig, key) => {
    await rig.keys.redis.del(key);
    return rig.keys.redis.hset(key, 'user', 'admin');
  },
  ...Object.fromEntries(
    Array.from({ length: FLIPS }, (_, at) => [`a bit of @a flipped (${at})`, flipBit] as const),
  ),
};

export const scenario: Scenario = {
  id: 'F24',
  fault:
    'sessions of logged-in users damaged in Redis: type, missing and foreign fields, flipped bits of the sealed login',
  promise: 'read as anonymous, never as anybody, never an error 500',
  run: () =>
    Rig.use({ load: { rate: 5 } }, async (rig) => {
      const promises = new Promises();
      const random = new SeededRandom(SEED);
      const entries: Entry[] = [];
      const recorder: Recorder = {
        url: () => rig.servers[entries.length % rig.servers.length]!.url,
        shardOf: () => 0,
        record: (entry) => {
          const noted = { ...entry, id: entries.length };
          entries.push(noted);
          return noted;
        },
      };
      for (const [at, [what, damage]] of Object.entries(DAMAGES).entries()) {
        const client = new LabClient(`damaged-${at}`, `damaged-${at}-`, recorder);
        await client.perform({ act: 'login', path: `/login/${client.user}` });
        const { token } = client;
        await damage(rig, rig.keys.keyOf(token!), random);
        const read = await client.perform({ act: 'read', method: 'GET', path: '/read', token });
        const good = read.status === 200 && read.sight?.user === undefined;
        promises.keep(
          good,
          `${what}: ${read.status}, user ${read.sight?.user === undefined ? 'none' : 'known'}`,
        );
        await rig.keys.redis.del(rig.keys.keyOf(token!));
      }
      const all = Object.keys(DAMAGES).length;
      return {
        figure: `${all - promises.broken.length} of ${all} read as anonymous`,
        broken: promises.broken,
      };
    }),
};

/** One bit of the sealed login, anywhere. */
async function flipBit(rig: Rig, key: string, random: SeededRandom): Promise<unknown> {
  const seal = await rig.keys.redis.hgetBuffer(key, '@a');
  const at = random.next(seal!.length);
  seal![at]! ^= 1 << random.next(7);
  return rig.keys.redis.hset(key, '@a', seal!);
}
