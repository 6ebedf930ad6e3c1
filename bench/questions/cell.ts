import type { LoadJob, LoadResult, Pace } from '../load/job.js';
import type { Lab } from '../lab.js';
import { cpuOf } from '../meters/cpu.js';
import { ROUTES, type Route } from '../routes.js';
import type { Subject } from '../subject.js';

/** One route of one subject, with sessions of one size. */
export interface Cell {
  readonly subject: Subject;
  readonly route: Route;
  readonly bytes: number;
  readonly connections: number;
  /** App processes that serve it; default 1. */
  readonly processes?: number;
}

/** What a round of a cell has cost. */
export interface Sample extends LoadResult {
  /** Microseconds of CPU per request. */
  readonly app: number;
  readonly redis: number;
  readonly perSecond: number;
}

/** Sends requests and reads the meters before and after. */
export async function sample(
  lab: Lab,
  cell: Cell,
  cookies: readonly string[],
  pace: Pace,
): Promise<Sample> {
  const { subject, route, connections, processes = 1 } = cell;
  const apps = await Promise.all(
    Array.from({ length: processes }, (_, at) => lab.app(subject.candidate, subject.platform, at)),
  );
  const pids = apps.map(({ pid }) => pid);
  const ports = apps.map(({ port }) => port);
  const job: LoadJob = { ports, ...ROUTES[route], cookies, connections, pace };
  const before = [cpuOf(pids), cpuOf(lab.redisPids)] as const;
  const result = await lab.load.run(job);
  const after = [cpuOf(pids), cpuOf(lab.redisPids)] as const;
  return {
    ...result,
    app: (after[0] - before[0]) / result.answered,
    redis: (after[1] - before[1]) / result.answered,
    perSecond: (result.answered * 1000) / result.milliseconds,
  };
}
