import { longestOf } from '../measure.js';
import type { LinkState } from '../../support/link-fault.js';
import type { Scenario } from '../scenario.js';
import { toldBy503, underFault } from '../under-fault.js';

const STATES: readonly LinkState[] = ['silent', 'deaf', 'held', 'reset', 'trickle'];
const LONG_MS = 2500;
/** `deadline` and `failoverDeadline`, and what a request takes beside them. */
const LONGEST_MS = 500 + 5000 + 500;

export const scenario: Scenario = {
  id: 'F06',
  fault: `the link to one master is ${STATES.join(', ')}, one after the other`,
  promise:
    'no request hangs beyond its deadlines; a reply that was lost leads to nothing done twice or late',
  run: () =>
    underFault(
      { proxied: true },
      async (rig) => {
        const link = rig.proxy!.link(rig.master(0));
        for (const state of STATES) {
          link.state = state;
          await rig.load.goOn(LONG_MS);
          link.state = 'open';
          await rig.load.untilServed();
        }
      },
      (facts) =>
        `${toldBy503(facts, LONGEST_MS)}; ${facts.verdict.doubled.length} done twice, ${facts.verdict.late.length} late; longest on the other shards ${longestOf(facts.since.filter(({ shard }) => shard > 0)).toFixed(0)} ms`,
    ),
};
