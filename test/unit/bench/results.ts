import type { Result, Row } from '../../../bench/questions/result.js';

/** A row of the tables, with rounds of CPU by the app and none by Redis unless told. */
export function cpuRow(
  candidate: string,
  role: Row['role'],
  app: readonly number[],
  row: Partial<Row> = {},
): Row {
  const rounds = { app, redis: app.map(() => 0), perSecond: [1], p50: [1], p99: [2], rssMB: [90] };
  return {
    candidate,
    role,
    platform: 'express',
    visitor: 'anonymous',
    failures: {},
    rounds,
    ...row,
  };
}

/** The answer to a question about CPU. */
export function cpuResult(rows: readonly Row[], id = 'read-2kB-16'): Result {
  return {
    id,
    title: 'read, sessions of 2kB',
    kind: 'cpu',
    day: '2026-01-31',
    effort: 'full',
    machine: 'one machine',
    rows,
  };
}
