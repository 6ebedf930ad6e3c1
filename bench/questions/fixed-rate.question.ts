import type { Platform } from '../candidates/candidate.js';
import type { Effort } from '../effort.js';
import type { Lab } from '../lab.js';
import type { Route } from '../routes.js';
import { median } from '../report/statistics.js';
import type { Subject } from '../subject.js';
import { sample, type Sample } from './cell.js';
import { rowOf, sizeName, type Question } from './question.js';
import { allFailures, columnsOf, interleave } from './rounds.js';

const CONNECTIONS = 64;
/** Of the most that the peer can serve. */
const SHARE = 0.7;
/** Fewer requests than this have no 99th percentile to speak of. */
const ROUND_FACTOR = 3;

/** How long users wait when as many requests come as the peer can just serve well. */
export function fixedRateQuestion(route: Route, bytes: number, quick = false): Question {
  return {
    id: `rate-${route}-${sizeName(bytes)}`,
    title: `latency at 70 % of the peer's most requests per second: ${route}, sessions of ${sizeName(bytes)}`,
    kind: 'latency',
    quick,
    async ask(lab, subjects, effort) {
      const asked = subjects.filter(({ candidate }) => candidate.routes.includes(route));
      const rates = new Map<Platform, number>();
      for (const subject of asked) {
        const most = await mostPerSecond(lab, subject, route, bytes, effort);
        if (subject.candidate.role === 'peer') rates.set(subject.platform, most * SHARE);
      }
      const milliseconds = effort.roundMs * ROUND_FACTOR;
      const samples = await interleave(asked, effort.rounds, async (subject) => {
        const cookies = await lab.sessions(subject, bytes, effort.sessions(bytes));
        const perSecond = rates.get(subject.platform)!;
        const cell = { subject, route, bytes, connections: CONNECTIONS };
        return sample(lab, cell, cookies, { kind: 'open', milliseconds, perSecond });
      });
      return [...samples].map(([subject, taken]) =>
        rowOf(subject, {
          failures: allFailures(taken),
          rounds: columnsOf(taken, ['perSecond', 'p50', 'p99']),
        }),
      );
    },
  };
}

/** Also warms it up. */
async function mostPerSecond(
  lab: Lab,
  subject: Subject,
  route: Route,
  bytes: number,
  effort: Effort,
): Promise<number> {
  const cookies = await lab.sessions(subject, bytes, effort.sessions(bytes));
  const cell = { subject, route, bytes, connections: CONNECTIONS };
  const taken: Sample[] = [];
  for (const milliseconds of [effort.warmUpMs, ...Array<number>(3).fill(effort.roundMs)]) {
    taken.push(await sample(lab, cell, cookies, { kind: 'closed', milliseconds }));
  }
  return median(taken.slice(1).map(({ perSecond }) => perSecond));
}
