import type { LoadResult } from '../load/job.js';
import { LoadProcess } from '../load/load-process.js';
import { ROUTES, type Route } from '../routes.js';
import type { Lab } from '../lab.js';
import type { Subject } from '../subject.js';
import { rowOf, type Question } from './question.js';
import type { Row } from './result.js';
import { allFailures } from './rounds.js';

const BYTES = 2000;
const SESSIONS = 3000;
const MINUTES = 10;
const MINUTE_MS = 60_000;
const CONNECTIONS = 4;
/**
 * Of each app, requests a second. All apps are measured at once, so that this takes minutes and not an hour: as fast as they can, they left Redis
 * without a core for over a second now and then.
 */
const PER_SECOND = 200;
const ROUTES_IN_TURN: readonly Route[] = ['read', 'write', 'unchanged', 'bare'];
const ROUTE_MS = 5000;

/** Whether an app that serves for ten minutes holds more and more. */
export const memoryQuestion: Question = {
  id: 'memory',
  title: `memory of an app over ${MINUTES} minutes of load`,
  kind: 'memory',
  quick: false,
  async ask(lab, subjects) {
    const asked = subjects.filter(
      ({ candidate, visitor }) =>
        ROUTES_IN_TURN.every((route) => candidate.routes.includes(route)) &&
        (candidate.role === 'own' || candidate.role === 'peer') &&
        visitor === candidate.visitors.at(-1),
    );
    const rows: Row[] = [];
    for (const subject of asked) await lab.sessions(subject, BYTES, SESSIONS);
    await Promise.all(asked.map(async (subject) => rows.push(await watch(lab, subject))));
    return rows;
  },
};

async function watch(lab: Lab, subject: Subject): Promise<Row> {
  const { candidate, platform } = subject;
  const app = await lab.app(candidate, platform);
  const cookies = await lab.sessions(subject, BYTES, SESSIONS);
  const load = new LoadProcess();
  const results: LoadResult[] = [];
  const heapMB: number[] = [];
  const rssMB: number[] = [];
  try {
    for (let minute = 0; minute <= MINUTES; minute++) {
      // The first minute only brings it to its working size.
      const end = performance.now() + MINUTE_MS;
      for (let at = 0; performance.now() < end; at++) {
        const route = ROUTES_IN_TURN[at % ROUTES_IN_TURN.length]!;
        const job = {
          ports: [app.port],
          ...ROUTES[route],
          cookies,
          connections: CONNECTIONS,
          pace: { kind: 'open', milliseconds: ROUTE_MS, perSecond: PER_SECOND },
        } as const;
        results.push(await load.run(job));
      }
      const { rss, heap } = await app.memory();
      if (minute === 0) continue;
      heapMB.push(Number((heap / 1e6).toFixed(1)));
      rssMB.push(Math.round(rss / 1e6));
    }
  } finally {
    load.stop();
  }
  return rowOf(subject, { failures: allFailures(results), rounds: { heapMB, rssMB } });
}
