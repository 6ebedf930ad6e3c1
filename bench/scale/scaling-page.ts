import { median, spreadOf } from '../report/statistics.js';
import { targetsTable } from '../report/targets-table.js';
import { planFor, type Site, type UnitFigures } from './arithmetic.js';
import type { GrowthRow } from './growth.js';
import { increase, scaleTargets, totalOf } from './scale-targets.js';
import type { ScaleResult } from './scale-result.js';
import type { MemoryRow } from './session-memory.js';

/** A large site. Other numbers than these: the same lines. */
const SITE: Site = {
  sessions: 1e8,
  requestsPerMinute: 0.1,
  writesPercent: 10,
  nodeBytes: 16e9,
  utilisation: 0.5,
  appProcesses: 200,
};

/** What stands between the markers of docs/scaling.md. */
export function scalingPage(results: readonly ScaleResult[]): string {
  return results.map(sectionOf).join('\n\n');
}

/** One part of it, also for the terminal. */
export function sectionOf(result: ScaleResult): string {
  const { title, growth, memory, units, day, machine } = result;
  const table = growth
    ? growthTable(growth)
    : memory
      ? memoryTable(memory)
      : planTable(SITE, units!);
  const targets = scaleTargets(result);
  const verdicts = targets.length === 0 ? '' : `${targetsTable(targets, () => undefined)}\n\n`;
  return `## ${title}\n\n${verdicts}${table}\n\n${day}; ${machine}.`;
}

function growthTable(rows: readonly GrowthRow[]): string {
  const cells = rows.map((row) => {
    const first = rows.find(({ route }) => route === row.route)!;
    const { median: middle, min, max } = spreadOf(totalOf(row));
    const failed = Object.entries(row.failures).map(([status, count]) => `${count} with ${status}`);
    return [
      `${row.route}, ${row.level}${failed.length > 0 ? ` **(FAILED: ${failed.join(', ')})**` : ''}`,
      median(row.rounds['app']!).toFixed(0),
      median(row.rounds['redis']!).toFixed(0),
      `${middle.toFixed(0)} (${min.toFixed(0)}-${max.toFixed(0)})`,
      row === first ? '' : `${signed(increase(row, first))} %`,
      median(row.rounds['reads']!).toFixed(2),
      median(row.rounds['perSecond']!).toFixed(0),
      median(row.rounds['p99']!).toFixed(1),
    ];
  });
  const head = [
    '',
    'app us',
    'Redis us',
    'both (min-max)',
    'against the first',
    'reads of sockets',
    'req/s',
    'p99 ms',
  ];
  return markdown(head, cells);
}

function memoryTable(rows: readonly MemoryRow[]): string {
  const cells = rows.map(({ settings, bytes, visitor, session, record }) => [
    `${bytes.toLocaleString('en')} B of JSON, ${visitor === 'user' ? 'logged in' : 'anonymous'}, ${settings}`,
    session.toFixed(0),
    `${(session / bytes).toFixed(2)}x`,
    record === 0 ? '' : record.toFixed(0),
    `${((session + record) / bytes).toFixed(2)}x`,
  ]);
  return markdown(['', 'session', 'over its JSON', 'user record', 'both over the JSON'], cells);
}

function planTable(site: Site, unit: UnitFigures): string {
  const plan = planFor(site, unit);
  const count = (value: number): string => Math.round(value).toLocaleString('en');
  const perSecond = (bytes: number): string => `${((bytes * 8) / 1e9).toFixed(2)} Gbit/s`;
  const rows = [
    ['sessions', '', count(site.sessions)],
    [
      'memory of all masters',
      `sessions x (${count(unit.sessionBytes)} B session + ${count(unit.recordBytes)} B record) x 1.3`,
      `${(plan.dataBytes / 1e9).toFixed(0)} GB; as much again for each replica`,
    ],
    ['shards for that', `memory / ${site.nodeBytes / 1e9} GB`, count(plan.shardsForMemory)],
    [
      'requests',
      `sessions x ${site.requestsPerMinute} a minute`,
      `${count(plan.requestsPerSecond)} a second`,
    ],
    [
      'cores of Redis, masters and replicas',
      `requests x (${100 - site.writesPercent} % x ${unit.readMicros.toFixed(0)} us + ${site.writesPercent} % x ${unit.writeMicros.toFixed(0)} us)`,
      plan.coresForCommands.toFixed(1),
    ],
    ['shards', `the larger of memory and cores / ${site.utilisation}`, count(plan.shards)],
    [
      'network, apps and masters',
      `requests x (${count(unit.readBytes)} B a read, ${count(unit.writeBytes)} B a write)`,
      `${perSecond(plan.bytesPerSecond)}; of a shard ${perSecond(plan.bytesPerSecond / plan.shards)}`,
    ],
    [
      'network to each replica',
      `writes x ${count(unit.replicaBytes)} B`,
      perSecond(plan.replicaBytesPerSecond),
    ],
    [
      'connections of a node',
      `${site.appProcesses} app processes x ${unit.connectionsPerNode.toFixed(1)}`,
      count(plan.connectionsOfNode),
    ],
    [
      'users who wait when a master dies',
      '1 / shards, for as long as the failover takes (docs/faults.md, F01)',
      `${(plan.shareOfShard * 100).toFixed(1)} %, ${count(site.sessions * plan.shareOfShard)} sessions`,
    ],
  ];
  return markdown(['', 'how', ''], rows);
}

function signed(value: number): string {
  return `${value >= 0 ? '+' : ''}${value.toFixed(1)}`;
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const align = head.map((_, at) => (at === 0 ? '---' : '--:'));
  return [head, align, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
