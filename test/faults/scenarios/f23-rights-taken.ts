import { kindsOf } from '../measure.js';
import type { Rig } from '../rig.js';
import type { Scenario } from '../scenario.js';
import { underFault } from '../under-fault.js';

const LONG_MS = 4000;
const MOST_ATTEMPTS = 3;

export const scenario: Scenario = {
  id: 'F23',
  fault: `the servers' Redis user loses its rights for ${LONG_MS / 1000} s (NOPERM), and gets them back`,
  promise: `typed 503, at most ${MOST_ATTEMPTS} refused commands a request, and service as soon as the rights are back`,
  run: () => {
    let attempts = 0;
    let end = 0;
    return underFault(
      {},
      async (rig) => {
        const before = await refusals(rig);
        await onAll(rig, 'ACL', 'SETUSER', 'default', '-evalsha', '-eval', '-hmget', '-hgetall');
        await rig.load.goOn(LONG_MS);
        end = performance.timeOrigin + performance.now();
        attempts = (await refusals(rig)) - before;
        await onAll(rig, 'ACL', 'SETUSER', 'default', '+@all');
        await rig.load.untilServed();
      },
      ({ promises, since, failed }) => {
        const wrong = failed.filter(({ status, code }) => status !== 503 || code === undefined);
        promises.keep(wrong.length === 0, `errors that are no typed 503: ${kindsOf(wrong)}`);
        const during = since.filter(({ begin }) => begin < end).length;
        const each = attempts / Math.max(1, during);
        promises.keep(each <= MOST_ATTEMPTS, `${each.toFixed(1)} refused commands a request`);
        return `${kindsOf(failed)}; ${each.toFixed(1)} refused commands for each of ${during} requests`;
      },
    );
  },
};

async function onAll(rig: Rig, ...command: [string, ...string[]]): Promise<void> {
  for (const node of rig.cluster.nodes) await rig.cluster.command(node, ...command);
}

async function refusals(rig: Rig): Promise<number> {
  let count = 0;
  for (const node of rig.cluster.nodes) {
    const text = String(await rig.cluster.command(node, 'INFO', 'errorstats'));
    count += Number(/errorstat_NOPERM:count=(\d+)/.exec(text)?.[1] ?? 0);
  }
  return count;
}
