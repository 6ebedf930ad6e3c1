import type { Result, Row } from '../questions/result.js';
import type { Bar, Chart } from './bar-chart.js';
import { totalOf } from './derive.js';
import { median, spreadOf } from './statistics.js';
import { nameOf } from './table.js';

/** The plot of a question; not every question has one. */
export function chartOf(result: Result): Chart | undefined {
  const { title, kind, rows } = result;
  if (kind === 'cpu') {
    const unit = 'microseconds of CPU per request: app, then paler the six Redis nodes';
    return { title, unit, bars: rows.map(cpuBar) };
  }
  if (kind === 'latency') {
    return {
      title,
      unit: 'p99 in milliseconds, from when the request was due',
      bars: rows.map(p99Bar),
    };
  }
  return undefined;
}

function cpuBar(row: Row): Bar {
  const { median: total, min, max } = spreadOf(totalOf(row));
  const redis = median(row.rounds['redis'] ?? []);
  return { label: nameOf(row), tone: row.role, parts: [total - redis, redis], min, max };
}

function p99Bar(row: Row): Bar {
  const { median: middle, min, max } = spreadOf(row.rounds['p99'] ?? []);
  return { label: nameOf(row), tone: row.role, parts: [middle], min, max };
}
