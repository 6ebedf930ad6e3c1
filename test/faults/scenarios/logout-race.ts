import { inFlight, range } from '../../support/in-flight.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { isAcknowledged, type Entry } from '../history.js';
import { LabClient, type Recorder } from '../lab-client.js';
import { Rig, type RigPlan } from '../rig.js';
import { Promises, type Scenario } from '../scenario.js';

const RACES = 300;
const SEED = 11;
const LONGEST_THOUGHT_MS = 12;

export const scenario: Scenario = {
  id: 'RACE',
  fault: `${RACES} logouts while another request of the session is under way and writes it`,
  promise: 'whoever was logged out stays logged out',
  run: async () => {
    const revived = await race({});
    const promises = new Promises();
    promises.keep(revived === 0, `${revived} sessions were served after their logout`);
    return { figure: told(revived), broken: promises.broken };
  },
  peer: async () => told(await race({ app: 'faults-peer' })),
};

function told(revived: number): string {
  return `${revived} of ${RACES} served as logged in after the logout was acknowledged`;
}

/** @returns how many sessions were served after their acknowledged logout */
function race(plan: RigPlan): Promise<number> {
  return Rig.use({ ...plan, load: { rate: 1 } }, async (rig) => {
    const random = new SeededRandom(SEED);
    const thoughts = range(RACES).map(() => random.next(LONGEST_THOUGHT_MS));
    let turn = 0;
    const recorder: Recorder = {
      url: () => rig.servers[turn++ % rig.servers.length]!.url,
      shardOf: () => 0,
      record: (entry) => ({ ...entry, id: 0 }),
    };
    const reads = await inFlight(6, thoughts, async (thought, at) => {
      const client = new LabClient(`racer-${at}`, `racer-${at}-`, recorder);
      await client.perform({ act: 'login', path: `/login/${client.user}`, token: undefined });
      const { token } = client;
      const slow = { act: 'write', path: `/slow-write/late/${thought}`, token } as const;
      const writing = client.perform(slow);
      const ended = await client.perform({ act: 'logout', path: '/logout', token });
      await writing;
      const read = await client.perform({ act: 'read', method: 'GET', path: '/read', token });
      return { ended, read };
    });
    return reads.filter(({ ended, read }) => isAcknowledged(ended) && isLoggedIn(read)).length;
  });
}

function isLoggedIn({ sight }: Entry): boolean {
  return sight?.user !== undefined;
}
