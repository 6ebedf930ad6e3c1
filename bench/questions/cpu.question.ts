import type { Route } from '../routes.js';
import { isAsked } from './asked.js';
import { closedRound, warmUp } from './closed-round.js';
import { rowOf, sizeName, type Question } from './question.js';
import { allFailures, columnsOf, interleave } from './rounds.js';

/** What a request of a route costs in CPU. */
export function cpuQuestion(
  route: Route,
  bytes: number,
  connections: number,
  quick = false,
): Question {
  return {
    id: `${route}-${sizeName(bytes)}-${connections}`,
    title: `${route}, sessions of ${sizeName(bytes)}, ${connections} connections`,
    kind: 'cpu',
    quick,
    async ask(lab, subjects, effort) {
      const cells = subjects
        .filter((subject) => isAsked(route, subject))
        .map((subject) => ({ subject, route, bytes, connections }));
      for (const cell of cells) await warmUp(lab, cell, effort);
      const samples = await interleave(cells, effort.rounds, (cell) =>
        closedRound(lab, cell, effort),
      );
      const rows = [...samples].map(async ([{ subject }, taken]) => {
        const { rss } = await (await lab.app(subject.candidate, subject.platform)).memory();
        return rowOf(subject, {
          failures: allFailures(taken),
          rounds: {
            ...columnsOf(taken, ['app', 'redis', 'perSecond', 'p50', 'p99']),
            rssMB: [Math.round(rss / 1e6)],
          },
        });
      });
      return Promise.all(rows);
    },
  };
}
