import type { Result, Row } from '../questions/result.js';
import { addedOf, addedRatioOf, ratioOf, totalOf, totalRatioOf } from './derive.js';
import { median, spreadOf } from './statistics.js';

interface Column {
  readonly head: string;
  text(row: Row, result: Result): string;
}

const COLUMNS: Readonly<Record<Result['kind'], readonly Column[]>> = {
  cpu: [
    { head: 'app us', text: (row) => middle(row.rounds['app']) },
    { head: 'Redis us', text: (row) => middle(row.rounds['redis']) },
    { head: 'both (min-max)', text: (row) => spread(totalOf(row)) },
    { head: 'added (min-max)', text: (row, result) => spread(addedOf(result, row)) },
    { head: 'peer / this', text: (row, result) => times(totalRatioOf(result, row)) },
    { head: 'added: peer / this', text: (row, result) => times(addedRatioOf(result, row)) },
    { head: 'req/s', text: (row) => middle(row.rounds['perSecond']) },
    { head: 'p50 ms', text: (row) => middle(row.rounds['p50'], 1) },
    { head: 'p99 ms', text: (row) => middle(row.rounds['p99'], 1) },
    { head: 'RSS MB', text: (row) => middle(row.rounds['rssMB']) },
  ],
  traffic: [
    { head: 'commands, also in scripts', text: (row) => row.note ?? '' },
    { head: 'round trips', text: (row) => middle(row.rounds['reads'], 2) },
    { head: 'bytes in', text: (row) => middle(row.rounds['bytesIn']) },
    { head: 'bytes out', text: (row) => middle(row.rounds['bytesOut']) },
    { head: 'to replicas', text: (row) => middle(row.rounds['bytesToReplicas']) },
  ],
  latency: [
    { head: 'req/s', text: (row) => middle(row.rounds['perSecond']) },
    { head: 'p50 ms (min-max)', text: (row) => spread(row.rounds['p50'], 1) },
    { head: 'p99 ms (min-max)', text: (row) => spread(row.rounds['p99'], 1) },
    { head: 'p99: peer / this', text: (row, result) => times(ratioOf(result, row, 'p99')) },
  ],
  writers: [{ head: 'scripts (min-max)', text: (row) => spread(row.rounds['scripts']) }],
  memory: [
    {
      head: 'heap in MB, minute by minute',
      text: (row) => (row.rounds['heapMB'] ?? []).join(' '),
    },
    { head: 'RSS MB', text: (row) => spread(row.rounds['rssMB']) },
  ],
};

/** The table of a question as Markdown. A row with a request that failed says so and is not to be relied on. */
export function tableOf(result: Result): string {
  const columns = COLUMNS[result.kind];
  const head = ['', ...columns.map((column) => column.head)];
  const rows = result.rows.map((row) => [
    `${nameOf(row)}${failuresOf(row)}`,
    ...columns.map((column) => column.text(row, result)),
  ]);
  const align = ['---', ...columns.map(() => '--:')];
  return [head, align, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A row's name. */
export function nameOf({ platform, candidate, visitor }: Row): string {
  return `${platform}: ${candidate}${visitor === 'user' ? ', logged in' : ''}`;
}

function failuresOf({ failures }: Row): string {
  const all = Object.entries(failures).map(([status, count]) => `${count} with ${status}`);
  return all.length === 0 ? '' : ` **(FAILED: ${all.join(', ')})**`;
}

function middle(numbers: readonly number[] = [], digits = 0): string {
  return numbers.length === 0 ? '' : median(numbers).toFixed(digits);
}

function spread(numbers: readonly number[] = [], digits = 0): string {
  if (numbers.length === 0) return '';
  const { median: center, min, max } = spreadOf(numbers);
  return `${center.toFixed(digits)} (${min.toFixed(digits)}-${max.toFixed(digits)})`;
}

function times(ratios: readonly number[]): string {
  if (ratios.length === 0) return '';
  const ratio = median(ratios);
  return Number.isFinite(ratio) ? `${ratio.toFixed(ratio < 10 ? 2 : 1)}x` : 'all of it';
}
