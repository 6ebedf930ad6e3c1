import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { barChart } from '../../../bench/report/bar-chart.js';
import { replaceMeasured } from '../../../bench/report/between-markers.js';
import { ResultsFile } from '../../../bench/report/results-file.js';
import { tableOf } from '../../../bench/report/table.js';
import { added, timesLess, verdictOf } from '../../../bench/report/targets.js';
import { targetsTable } from '../../../bench/report/targets-table.js';
import { cpuResult, cpuRow } from './results.js';

const ROWS = [
  cpuRow('bare', 'bare', [50, 50, 50]),
  cpuRow('peer', 'peer', [90, 100, 110]),
  cpuRow('whole', 'own', [70, 60, 75]),
];

describe('the table of a question', () => {
  it('has a row for each candidate, with medians, extremes and both ratios to the peer', () => {
    const own = tableOf(cpuResult(ROWS)).split('\n').at(-1);

    expect(own).toBe(
      '| express: whole | 70 | 0 | 70 (60-75) | 20 (10-25) | 1.47x | 2.40x | 1 | 1.0 | 2.0 | 90 |',
    );
  });

  it('says of a candidate whose requests failed how many, and how', () => {
    const broken = cpuRow('whole', 'own', [70], { failures: { 503: 12, 0: 1 } });

    expect(tableOf(cpuResult([broken]))).toContain('(FAILED: 1 with 0, 12 with 503)');
  });
});

describe('a target', () => {
  const place = { question: 'read-2kB-16', platform: 'express', candidate: 'whole' } as const;
  const target = timesLess('read, added', place, added, 2, 3);

  it.each([
    [3, 'reached'],
    [2.9, 'held'],
    [1.9, '**MISSED**'],
    [undefined, 'not measured'],
  ])('of 2x, better 3x, with %s measured is %s', (measured, verdict) => {
    expect(verdictOf(target, measured)).toBe(verdict);
  });

  it('is judged by the median of the rounds', () => {
    const table = targetsTable([target], () => cpuResult(ROWS));

    expect(table.split('\n').at(-1)).toBe('| read, added | 2x | 3x | 2.4x | held |');
  });

  it('that nobody has measured is shown as such', () => {
    expect(targetsTable([target], () => undefined)).toContain('| not measured |');
  });
});

describe('the plot', () => {
  const chart = {
    title: 'read <2kB>',
    unit: 'us',
    bars: [
      { label: 'bare', parts: [100], min: 90, max: 200, tone: 'bare' as const },
      { label: 'own & fast', parts: [30, 20], min: 40, max: 60, tone: 'own' as const },
    ],
  };

  it('draws bars to one scale and whiskers from the least to the most of all rounds', () => {
    const svg = barChart(chart);

    expect(svg).toMatch(/<rect class="bare" x="230" y="52" width="230"/);
    expect(svg).toMatch(
      /<rect class="own" x="230" y="76" width="69".*\n.*x="299" y="76" width="46"/,
    );
    expect(svg).toContain('M437 59H690');
  });

  it('can be read on a dark page', () => {
    expect(barChart(chart)).toContain('@media (prefers-color-scheme: dark)');
  });

  it('shows names as they are, whatever is in them', () => {
    expect(barChart(chart)).toContain('read &lt;2kB&gt;');
    expect(barChart(chart)).toContain('own &amp; fast');
  });
});

describe('the page of figures', () => {
  const page =
    'before\n<!-- measured: written by npm run bench -->\nold\n<!-- end of measured -->\nafter';

  it('keeps what people wrote around the measured part', () => {
    expect(replaceMeasured(page, 'new')).toBe(page.replace('\nold\n', '\n\nnew\n\n'));
  });

  it('is refused without its markers, rather than written somewhere', () => {
    expect(() => replaceMeasured('no markers', 'new')).toThrow('has no lines');
  });
});

describe('a run that asks one question', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bench-results-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('leaves the answers to the others as they were measured before', () => {
    const path = join(folder, 'results.ndjson');
    const file = new ResultsFile(path);
    file.put(cpuResult(ROWS, 'write'));
    file.put(cpuResult(ROWS, 'read'));
    file.put(cpuResult(ROWS.slice(1), 'write'));

    expect(file.read().map(({ id, rows }) => [id, rows.length])).toEqual([
      ['read', 3],
      ['write', 2],
    ]);
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3);
  });
});
