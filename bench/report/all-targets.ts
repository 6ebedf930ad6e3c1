import { PLATFORMS, type Platform, type Visitor } from '../candidates/candidate.js';
import { median } from './statistics.js';
import {
  added,
  atMost,
  p99,
  quantity,
  timesLess,
  total,
  type Answers,
  type Target,
} from './targets.js';

const express = (question: string, candidate: string, visitor: Visitor = 'anonymous') =>
  ({ question, candidate, visitor, platform: 'express' }) as const;
const fastify = (question: string, candidate: string, visitor: Visitor = 'anonymous') =>
  ({ question, candidate, visitor, platform: 'fastify' }) as const;

const read = 'read-2kB-16';
const write = 'write-2kB-16';

/** What was set before anything was built, and is not moved since. */
export const ALL_TARGETS: readonly Target[] = [
  timesLess(
    'read 2 kB, Express, added to bare (beside our module): whole',
    express(read, 'whole'),
    added,
    2.5,
    3.5,
  ),
  timesLess('- declared field', express(read, 'declared'), added, 4, 6),
  timesLess('- logged in, whole', express(read, 'whole', 'user'), added, 1.8, 2.5),
  timesLess('- logged in, declared field', express(read, 'declared', 'user'), added, 2.5, 4),
  timesLess('read 2 kB, Fastify, total: whole', fastify(read, 'whole'), total, 2, 2.5),
  timesLess('- declared field', fastify(read, 'declared'), total, 3, 4),
  timesLess('- logged in, declared field', fastify(read, 'declared', 'user'), total, 2, 3),
  timesLess(
    'unchanged 20 kB, Express, total: whole',
    express('unchanged-20kB-16', 'whole'),
    total,
    3,
    3.5,
  ),
  timesLess('- declared field', express('unchanged-20kB-16', 'declared'), total, 4, 4.5),
  timesLess('- local copy', express('unchanged-20kB-16', 'local-copy'), total, 4, 4.5),
  timesLess(
    'unchanged 200 kB, Express, total: whole',
    express('unchanged-200kB-16', 'whole'),
    total,
    12,
    15,
  ),
  timesLess('- declared field', express('unchanged-200kB-16', 'declared'), total, 28, 40),
  timesLess('- local copy', express('unchanged-200kB-16', 'local-copy'), total, 28, 40),
  timesLess(
    'one-field write 2 kB, Express, added to bare (beside our module): whole',
    express(write, 'whole'),
    added,
    1.1,
    1.5,
  ),
  timesLess('- declared field', express(write, 'declared'), added, 1.7, 2.5),
  timesLess('- write-only', express(write, 'write-only'), added, 2.2, 4),
  timesLess(
    'one-field write 20 kB, total, declared: Express',
    express('write-20kB-16', 'declared'),
    total,
    3.2,
    5,
  ),
  timesLess('- Fastify', fastify('write-20kB-16', 'declared'), total, 5, 10),
  timesLess(
    'one-field write 200 kB, total, declared: Express',
    express('write-200kB-16', 'declared'),
    total,
    27,
    40,
  ),
  timesLess('- Fastify', fastify('write-200kB-16', 'declared'), total, 50, 100),
  ...costsOfUnchanged('anonymous', 1),
  ...costsOfUnchanged('user', 2),
  atMost('bytes in of a one-field commit, largest of the sizes', 'B', 400, 250, commitBytes),
  ...PLATFORMS.flatMap((platform) => fixedRate(platform)),
  atMost('50 writers of one field from 2 processes: scripts', '', 400, 200, (answers) =>
    quantity(answers, fastify('writers', 'declared'), 'scripts'),
  ),
  // Of a heap in use, anything below that is the moment it was looked at.
  atMost('memory over 10 minutes of load: the most that a heap grew', '%', 5, 5, heapGrowth),
];

function costsOfUnchanged(visitor: Visitor, commands: number): Target[] {
  const place = express('traffic-unchanged-2kB', 'whole', visitor);
  const who = visitor === 'user' ? 'logged in' : 'anonymous';
  const target = (text: string, unit: string, most: number, name: string): Target =>
    atMost(text, unit, most, most, (answers) => {
      const measured = quantity(answers, place, name);
      // A beat of the cluster in the wrong moment is no command of a request.
      return measured && Number(measured.toFixed(1));
    });
  return [
    target(`unchanged request, ${who}: commands`, '', commands, 'commands'),
    target('- round trips', '', 1, 'reads'),
    target('- bytes to replicas', 'B', 0, 'bytesToReplicas'),
  ];
}

/** What a write sends more than a request that changes nothing. */
function commitBytes(answers: Answers): number | undefined {
  const bytes = ['2kB', '200kB'].map((size) => {
    const written = quantity(answers, express(`traffic-write-${size}`, 'declared'), 'bytesIn');
    const read_ = quantity(answers, express('traffic-unchanged-2kB', 'declared'), 'bytesIn');
    return written === undefined || read_ === undefined ? undefined : written - read_;
  });
  const known = bytes.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function fixedRate(platform: Platform): Target[] {
  return ['read', 'write'].map((route) =>
    timesLess(
      `p99 at 70 % of the peer's most, ${route} 2 kB, ${platform}, declared`,
      { question: `rate-${route}-2kB`, platform, candidate: 'declared' },
      p99,
      1,
      2,
    ),
  );
}

/** Percent by which the last three minutes are above the first three, of the app of ours that grew most. */
function heapGrowth(answers: Answers): number | undefined {
  const own = (answers('memory')?.rows ?? []).filter(({ role }) => role === 'own');
  const growths = own.map(({ rounds: { heapMB = [] } }) => {
    return (median(heapMB.slice(-3)) / median(heapMB.slice(0, 3)) - 1) * 100;
  });
  return growths.length === 0 ? undefined : Math.max(...growths);
}
