import { setTimeout as delay } from 'node:timers/promises';
import type { Lab } from '../lab.js';
import { trafficOf, trafficSince, type Traffic } from '../meters/traffic.js';
import type { Route } from '../routes.js';
import { isAsked } from './asked.js';
import { sample } from './cell.js';
import { rowOf, sizeName, type Question } from './question.js';
import type { Row } from './result.js';

const REQUESTS = 300;
const FIRST = 100;
const IDLE_MS = 3000;

/** What a request asks of Redis, told by Redis: one connection, so that no two requests share a round trip. */
export function trafficQuestion(route: Route, bytes: number, quick = false): Question {
  return {
    id: `traffic-${route}-${sizeName(bytes)}`,
    title: `what a request asks of Redis: ${route}, sessions of ${sizeName(bytes)}`,
    kind: 'traffic',
    quick,
    async ask(lab, subjects) {
      const asked = subjects.filter(
        (subject) => subject.candidate.family && isAsked(route, subject),
      );
      for (const { candidate, platform } of asked) await lab.app(candidate, platform);
      const idle = await idleTraffic(lab);
      const rows: Row[] = [];
      for (const subject of asked) {
        const cell = { subject, route, bytes, connections: 1 };
        // Replicas are told of keys that expire meanwhile, and logins leave some that do so soon.
        await lab.flush();
        // Scripts are sent as a whole to a node that has not seen them.
        const others = await lab.makeSessions(subject, bytes, FIRST);
        await sample(lab, cell, others, { kind: 'each', count: FIRST });
        const cookies = await lab.makeSessions(subject, bytes, REQUESTS);
        if (isAsked('unchanged', subject)) {
          // Who keeps copies has one of a session that is in use.
          const reads = { ...cell, route: 'unchanged' } as const;
          await sample(lab, reads, cookies, { kind: 'each', count: REQUESTS });
        }
        const before = await trafficOf(lab.cluster);
        const { failures, milliseconds } = await sample(lab, cell, cookies, {
          kind: 'each',
          count: REQUESTS,
        });
        const after = await trafficOf(lab.cluster);
        const share = milliseconds / IDLE_MS / REQUESTS;
        rows.push(
          rowOf(subject, {
            failures,
            ...figures(trafficSince(before, after, REQUESTS), idle, share),
          }),
        );
      }
      return rows;
    },
  };
}

/** What the apps and the nodes send while nobody asks anything: a look at the cluster, a beat. */
async function idleTraffic(lab: Lab): Promise<Traffic> {
  await delay(IDLE_MS);
  const before = await trafficOf(lab.cluster);
  await delay(IDLE_MS);
  return trafficSince(before, await trafficOf(lab.cluster), 1);
}

function figures(used: Traffic, idle: Traffic, share: number): Pick<Row, 'rounds' | 'note'> {
  const without = (value: number, ofIdle: number): number[] => [
    Number(Math.max(0, value - ofIdle * share).toFixed(2)),
  ];
  const commands = Object.entries(used.commands)
    .map(([name, count]) => [name, without(count, idle.commands[name] ?? 0)[0]!] as const)
    .filter(([, count]) => count >= 0.05)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    note: commands.map(([name, count]) => `${name} ${Number(count.toFixed(1))}`).join(', '),
    rounds: {
      commands: [commands.reduce((sum, [, count]) => sum + count, 0)],
      reads: without(used.reads, idle.reads),
      bytesIn: without(used.bytesIn, idle.bytesIn),
      bytesOut: without(used.bytesOut, idle.bytesOut),
      bytesToReplicas: without(used.bytesToReplicas, idle.bytesToReplicas),
    },
  };
}
