import type { Platform } from '../candidates/candidate.js';
import type { Effort } from '../effort.js';
import type { Lab } from '../lab.js';
import type { Route } from '../routes.js';
import { median } from '../report/statistics.js';
import { sample, type Cell } from './cell.js';
import { closedRound, warmUp } from './closed-round.js';
import { rowOf, sizeName, type Question } from './question.js';
import { allFailures, columnsOf, interleave } from './rounds.js';

const CONNECTIONS = 64;
/** Of the most that the peer can serve. */
const SHARE = 0.7;
/** Fewer requests than this have no 99th percentile to speak of. */
const ROUND_FACTOR = 2;
const ROUNDS_AT_MOST = 3;

/** How long users wait when as many requests come as the peer can just serve well. */
export function fixedRateQuestion(route: Route, bytes: number, quick = false): Question {
  return {
    id: `rate-${route}-${sizeName(bytes)}`,
    title: `latency at 70 % of the peer's most requests per second: ${route}, sessions of ${sizeName(bytes)}`,
    kind: 'latency',
    quick,
    async ask(lab, subjects, effort) {
      const cells = subjects
        .filter(({ candidate }) => candidate.routes.includes(route))
        .map((subject) => ({ subject, route, bytes, connections: CONNECTIONS }));
      for (const cell of cells) await warmUp(lab, cell, effort);
      const rates = new Map<Platform, number>();
      for (const cell of cells.filter(({ subject }) => subject.candidate.role === 'peer')) {
        rates.set(cell.subject.platform, SHARE * (await mostPerSecond(lab, cell, effort)));
      }
      const milliseconds = effort.roundMs * ROUND_FACTOR;
      const samples = await interleave(cells, effort.rounds, async (cell) => {
        const cookies = await lab.sessions(cell.subject, bytes, effort.sessions(bytes));
        const perSecond = rates.get(cell.subject.platform)!;
        return sample(lab, cell, cookies, { kind: 'open', milliseconds, perSecond });
      });
      return [...samples].map(([{ subject }, taken]) =>
        rowOf(subject, {
          failures: allFailures(taken),
          rounds: columnsOf(taken, ['perSecond', 'p50', 'p99']),
        }),
      );
    },
  };
}

async function mostPerSecond(lab: Lab, cell: Cell, effort: Effort): Promise<number> {
  const perSecond: number[] = [];
  for (let round = 0; round < ROUNDS_AT_MOST; round++) {
    perSecond.push((await closedRound(lab, cell, effort)).perSecond);
  }
  return median(perSecond);
}
