import type { Effort } from '../effort.js';
import type { Lab } from '../lab.js';
import type { Pace } from '../load/job.js';
import { usesUp } from './asked.js';
import { sample, type Cell, type Sample } from './cell.js';

/** Runs a route until it is compiled: long for the first time, and a little before each further question about it. */
export async function warmUp(lab: Lab, cell: Cell, effort: Effort): Promise<void> {
  const { subject, route } = cell;
  const key = `${subject.candidate.name} ${subject.platform} ${subject.visitor} ${route}`;
  const milliseconds = lab.warm.has(key) ? effort.warmAgainMs : effort.warmUpMs;
  lab.warm.add(key);
  const end = performance.now() + milliseconds;
  do await closedRound(lab, cell, effort);
  while (performance.now() < end);
}

/** One round of requests that follow each other as fast as they are answered. */
export async function closedRound(lab: Lab, cell: Cell, effort: Effort): Promise<Sample> {
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
