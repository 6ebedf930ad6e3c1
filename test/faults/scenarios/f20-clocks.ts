import { stepClock, withSteppableClocks } from '../../support/steppable-clock.js';
import type { Rig } from '../rig.js';
import type { Outcome, Scenario } from '../scenario.js';
import { noticedByNobody, underFault } from '../under-fault.js';

const OFF_MS = 600_000;
const LONG_MS = 6000;
/** Sessions idle out after 30 min, so that none ends by it. */
const STEPS_MS = [OFF_MS, 0, -OFF_MS, 0];

export const scenario: Scenario = {
  id: 'F20',
  fault:
    'the clock of one server is 10 min ahead, of the other 10 min behind; the clock of a Redis node steps by 10 min, forward and back',
  promise:
    'not noticed: only Redis decides what time it is, and a step of its clock takes as much of a session at most',
  run: async () => {
    const servers = await wrongServers();
    const node = await withSteppableClocks(steppedNode);
    return {
      figure: `servers: ${servers.figure}; node: ${node?.figure ?? 'not played, as there is no C compiler to make the clock of'}`,
      broken: [...servers.broken, ...(node?.broken ?? [])],
    };
  },
};

function wrongServers(): Promise<Outcome> {
  return underFault(
    { env: (server) => ({ CLOCK_OFFSET_MS: String(server % 2 === 0 ? OFF_MS : -OFF_MS) }) },
    (rig) => rig.load.goOn(LONG_MS),
    noticedByNobody,
  );
}

function steppedNode(): Promise<Outcome> {
  const seen: number[] = [];
  return underFault(
    {},
    async (rig) => {
      for (const step of STEPS_MS) {
        const before = await timeOf(rig);
        await stepClock(rig.cluster, rig.master(0), step);
        seen.push((await timeOf(rig)) - before);
        await rig.load.goOn(LONG_MS / 2);
      }
    },
    (facts) => {
      const steps = seen.filter((moved) => Math.abs(moved) > OFF_MS / 2 / 1000).length;
      const told = `${steps} of ${STEPS_MS.length} steps seen by the node`;
      facts.promises.keep(steps === STEPS_MS.length, told);
      return `${told}; ${noticedByNobody(facts)}`;
    },
  );
}

/** Of the node whose clock steps, in seconds. */
async function timeOf(rig: Rig): Promise<number> {
  const [seconds] = (await rig.cluster.command(rig.master(0), 'TIME')) as string[];
  return Number(seconds);
}
