import { Crowd } from '../crowd.js';
import { now } from '../lab-client.js';
import { dueIn, failuresOf, firstServedAfter, kindsOf, latencyOf } from '../measure.js';
import { Rig } from '../rig.js';
import { Promises, type Outcome, type Scenario } from '../scenario.js';

const DEAD_MS = 30_000;
/** By then the servers have noticed, and the breaker is open. */
const NOTICED_MS = 7000;
const MOST_GROWTH_BYTES = 10_000_000;

/** What a node still has when it comes back; a write is with the system before it is acknowledged. */
const KEEPS_DATA = { appendonly: 'yes' };

export const scenario: Scenario = {
  id: 'F14',
  fault:
    'all nodes dead for 30 s, then back with empty data; the same with their data (appendonly yes)',
  promise:
    '503 within 50 ms once noticed, heap flat, serving within 3 s of the cluster being ready, nobody mixed up; nobody logged out where the data survived',
  run: async () => {
    const empty = await allDead(false);
    const whole = await allDead(true);
    return {
      figure: `empty: ${empty.figure}; with data: ${whole.figure}`,
      broken: [...empty.broken, ...whole.broken],
    };
  },
  peer: () =>
    Rig.use({ app: 'faults-peer' }, async (rig) => {
      const { at, readyAt, growth } = await outage(rig);
      await rig.load.stop();
      const during = dueIn(rig.load.history, at, readyAt);
      const settled = latencyOf(dueIn(during, at + NOTICED_MS, at + DEAD_MS));
      const back = firstServedAfter(rig.load.history, readyAt);
      return (
        `${kindsOf(failuresOf(during))}; once noticed p50 ${settled.p50.toFixed(0)} ms, p99 ${settled.p99.toFixed(0)} ms; ` +
        `heap ${megabytes(growth)}; first request served ${back.toFixed(0)} ms after the cluster was ready`
      );
    }),
};

function allDead(keepsData: boolean): Promise<Outcome> {
  return Rig.use({ cluster: { config: keepsData ? KEEPS_DATA : {} } }, async (rig) => {
    const crowd = await Crowd.logIn(rig);
    const loggedIn = await crowd.loggedIn();
    const { at, readyAt, growth } = await outage(rig);
    const still = await crowd.loggedIn();
    const { history } = rig.load;
    const failed = failuresOf(dueIn(history, at, readyAt));
    const settled = latencyOf(dueIn(history, at + NOTICED_MS, at + DEAD_MS));
    const back = firstServedAfter(history, readyAt);
    const verdict = await rig.verdict();
    const promises = new Promises();
    // With the data even a durable login is gone.
    promises.keepSafe(keepsData ? verdict : { ...verdict, lostDurable: [], missing: [] });
    const wrong = failed.filter(({ status }) => status !== 503);
    promises.keep(wrong.length === 0, `answers other than 503: ${kindsOf(wrong)}`);
    promises.keep(settled.p99 <= 50, `p99 of the errors ${settled.p99.toFixed(0)} ms`);
    promises.keep(back <= 3000, `first request served ${back.toFixed(0)} ms after the cluster`);
    promises.keep(growth < MOST_GROWTH_BYTES, `heap grew by ${megabytes(growth)}`);
    const kept = `${still} of ${loggedIn} logged in before are so after it`;
    if (keepsData) promises.keep(loggedIn > 0 && still === loggedIn, kept);
    const figure =
      `${failed.length} errors, ${kindsOf(failed)}; once noticed p50 ${settled.p50.toFixed(0)} ms, p99 ${settled.p99.toFixed(0)} ms; ` +
      `heap ${megabytes(growth)}; first request served ${back.toFixed(0)} ms after the cluster was ready; ${kept}`;
    return { figure, broken: promises.broken };
  });
}

async function outage(rig: Rig): Promise<{ at: number; readyAt: number; growth: number }> {
  await rig.load.goOn(3000);
  const before = await rig.memory();
  const at = now();
  await Promise.all(rig.cluster.nodes.map((node) => rig.cluster.kill(node)));
  await rig.load.goOn(DEAD_MS);
  const growth = (await rig.memory()) - before;
  await Promise.all(rig.cluster.nodes.map((node) => rig.cluster.restart(node)));
  await rig.cluster.waitUntilReady();
  const readyAt = now();
  await rig.load.goOn(6000);
  return { at, readyAt, growth };
}

function megabytes(bytes: number): string {
  return `${bytes < 0 ? '' : '+'}${(bytes / 1e6).toFixed(1)} MB`;
}
