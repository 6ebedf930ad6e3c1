import { inFlight, range } from '../../support/in-flight.js';
import { send } from '../../support/http-client.js';
import type { Scenario } from '../scenario.js';
import { toldBy503, underFault } from '../under-fault.js';

const HERD = 1000;
const DOWN_MS = 5000;
const MOST_CONNECTS = 200;
const LONGEST_MS = 7000;

export const scenario: Scenario = {
  id: 'F27',
  fault: `${HERD} requests at once when Redis is back after ${DOWN_MS / 1000} s`,
  promise: `at most ${MOST_CONNECTS} connections a second from a server while Redis is away; nobody waits longer than the deadlines`,
  run: () => {
    let connects = 0;
    let refused = 0;
    return underFault(
      { proxied: true },
      async (rig) => {
        const proxy = rig.proxy!;
        for (const node of rig.cluster.nodes) proxy.link(node).state = 'reset';
        const before = proxy.connections;
        await rig.load.goOn(DOWN_MS);
        connects = ((proxy.connections - before) / rig.servers.length / DOWN_MS) * 1000;
        for (const node of rig.cluster.nodes) proxy.link(node).state = 'open';
        const answers = await inFlight(HERD, range(HERD), (at) =>
          send(`${rig.servers[at % rig.servers.length]!.url}/write/herd`, { method: 'POST' }),
        );
        refused = answers.filter(({ status }) => status !== 200).length;
        await rig.load.untilServed();
      },
      (facts) => {
        facts.promises.keep(
          connects <= MOST_CONNECTS,
          `${connects.toFixed(0)} connections a second`,
        );
        return `${connects.toFixed(0)} connections a second and server; ${refused} of the ${HERD} refused; ${toldBy503(facts, LONGEST_MS)}`;
      },
    );
  },
};
