import type { Scenario } from '../scenario.js';
import { noticedByNobody, underFault } from '../under-fault.js';

const OFF_MS = 600_000;

export const scenario: Scenario = {
  id: 'F20',
  fault: 'the clock of one server is 10 min ahead, of the other 10 min behind',
  promise: 'not noticed: only Redis decides what time it is',
  run: () =>
    underFault(
      { env: (server) => ({ CLOCK_OFFSET_MS: String(server % 2 === 0 ? OFF_MS : -OFF_MS) }) },
      (rig) => rig.load.goOn(6000),
      noticedByNobody,
    ),
};
