import type { Effort } from '../effort.js';
import type { Lab } from '../lab.js';
import type { Pace } from '../load/job.js';
import type { Route } from '../routes.js';
import { isAsked, usesUp } from './asked.js';
import { sample, type Cell, type Sample } from './cell.js';
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
      const samples = await interleave(cells, effort.rounds, (cell) => round(lab, cell, effort));
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

async function warmUp(lab: Lab, cell: Cell, effort: Effort): Promise<void> {
  const { subject, route } = cell;
  const key = `${subject.candidate.name} ${subject.platform} ${subject.visitor} ${route}`;
  const milliseconds = lab.warm.has(key) ? effort.warmAgainMs : effort.warmUpMs;
  lab.warm.add(key);
  const end = performance.now() + milliseconds;
  do await round(lab, cell, effort);
  while (performance.now() < end);
}

async function round(lab: Lab, cell: Cell, effort: Effort): Promise<Sample> {
  const { subject, route, bytes } = cell;
  if (usesUp(route)) {
    const count = effort.requests;
    const cookies = await lab.makeSessions(subject, bytes, count);
    return sample(lab, cell, cookies, { kind: 'each', count });
  }
  const cookies = await lab.sessions(subject, bytes, effort.sessions(bytes));
  const pace: Pace = { kind: 'closed', milliseconds: effort.roundMs };
  return sample(lab, cell, cookies, pace);
}
