import { setTimeout as delay } from 'node:timers/promises';
import type { Effort } from '../effort.js';
import type { Lab } from '../lab.js';
import type { Failures } from '../load/job.js';
import { cpuOf } from '../meters/cpu.js';
import { trafficOf, trafficSince } from '../meters/traffic.js';
import { sample, type Cell } from '../questions/cell.js';
import { allFailures, columnsOf, interleave } from '../questions/rounds.js';
import type { Route } from '../routes.js';
import type { Subject } from '../subject.js';

/** A size of something: the same requests, with more or less of it. */
export interface Level {
  readonly name: string;
  readonly lab: Lab;
  readonly subject: Subject;
  readonly cookies: readonly string[];
  readonly processes?: number;
  /** Default 16. */
  readonly connections?: number;
}

export interface GrowthRow {
  readonly level: string;
  readonly route: Route;
  readonly failures: Failures;
  readonly rounds: Readonly<Record<string, readonly number[]>>;
}

const ROUTES_ASKED: readonly Route[] = ['read', 'write'];
const CONNECTIONS = 16;
const IDLE_MS = 2000;

/** What a request costs at each level, all levels in turn within each round. */
export async function measureGrowth(
  levels: readonly Level[],
  effort: Effort,
): Promise<GrowthRow[]> {
  const idle = await idleRedis(levels);
  const rows: GrowthRow[] = [];
  for (const route of ROUTES_ASKED) {
    for (const level of levels) await measure(level, route, effort.warmUpMs);
    const taken = await interleave(levels, effort.rounds, async (level) => {
      const before = await trafficOf(level.lab.cluster);
      const one = await measure(level, route, effort.roundMs);
      const after = await trafficOf(level.lab.cluster);
      const idleShare = (idle.get(level)! * one.milliseconds) / one.answered;
      const { reads } = trafficSince(before, after, one.answered);
      return { ...one, redis: one.redis - idleShare, reads };
    });
    for (const [{ name }, samples] of taken) {
      const failures = allFailures(samples);
      const rounds = columnsOf(samples, ['app', 'redis', 'reads', 'perSecond', 'p99']);
      rows.push({ level: name, route, failures, rounds });
    }
  }
  return rows;
}

function measure(level: Level, route: Route, milliseconds: number): ReturnType<typeof sample> {
  const { lab, subject, cookies, processes = 1, connections = CONNECTIONS } = level;
  const cell: Cell = { subject, route, bytes: 0, connections, processes };
  return sample(lab, cell, cookies, { kind: 'closed', milliseconds });
}

/** Microseconds of CPU that the nodes use in a millisecond by themselves: more nodes, more of it, whatever is asked. */
async function idleRedis(levels: readonly Level[]): Promise<Map<Level, number>> {
  const before = levels.map(({ lab }) => cpuOf(lab.redisPids));
  await delay(IDLE_MS);
  return new Map(
    levels.map((level, at) => [level, (cpuOf(level.lab.redisPids) - before[at]!) / IDLE_MS]),
  );
}
