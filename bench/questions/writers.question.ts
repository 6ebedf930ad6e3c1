import { trafficOf, trafficSince } from '../meters/traffic.js';
import { ROUTES } from '../routes.js';
import type { LoadResult } from '../load/job.js';
import { allFailures } from './rounds.js';
import { rowOf, type Question } from './question.js';
import type { Row } from './result.js';

const WRITERS = 50;
const BYTES = 2000;

/** How many scripts it takes until 50 requests at once, served by two processes, have all appended to one field of one session. */
export const writersQuestion: Question = {
  id: 'writers',
  title: `${WRITERS} writers of one field, served by two processes`,
  kind: 'writers',
  quick: true,
  async ask(lab, subjects, effort) {
    const asked = subjects.filter(({ candidate }) => candidate.routes.includes('append'));
    const rows: Row[] = [];
    for (const subject of asked) {
      const { candidate, platform } = subject;
      const apps = await Promise.all([0, 1].map((at) => lab.app(candidate, platform, at)));
      const scripts: number[] = [];
      const results: LoadResult[] = [];
      for (let round = -1; round < effort.rounds; round++) {
        const cookies = await lab.makeSessions(subject, BYTES, 1);
        const before = await trafficOf(lab.cluster);
        const result = await lab.load.run({
          ports: apps.map(({ port }) => port),
          ...ROUTES.append,
          cookies,
          connections: WRITERS,
          pace: { kind: 'each', count: WRITERS },
        });
        const { commands } = trafficSince(before, await trafficOf(lab.cluster), 1);
        // The first round loads the scripts.
        if (round < 0) continue;
        scripts.push((commands['evalsha'] ?? 0) + (commands['eval'] ?? 0));
        results.push(result);
      }
      rows.push(rowOf(subject, { failures: allFailures(results), rounds: { scripts } }));
    }
    return rows;
  },
};
