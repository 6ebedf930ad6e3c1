import { median, withinRounds } from '../report/statistics.js';
import { atMost, type Target } from '../report/targets.js';
import type { GrowthRow } from './growth.js';
import type { ScaleResult } from './scale-result.js';

const BYTES = 2000;

/** What the figures of one part are held against. */
export function scaleTargets({ id, growth, memory }: ScaleResult): Target[] {
  if (memory) {
    return [memoryTarget('default', 1.7, 1.5), memoryTarget('recommended', 1.3, 1.2)];
  }
  // More processes on the same two cores are no more of anything.
  if (!growth || id === 'processes') return [];
  const last = growth.at(-1)!.level;
  const grown = growth.filter(({ level }) => level === last);
  return grown.map((row) => {
    const first = growth.find(({ route }) => route === row.route)!;
    const text = `${row.route}: CPU per request, ${last} against ${first.level}`;
    return atMost(text, ' % more', 10, 3, () => increase(row, first));
  });

  function memoryTarget(settings: string, must: number, after: number): Target {
    const row = memory!.find(
      (one) => one.settings === settings && one.bytes === BYTES && one.visitor === 'anonymous',
    );
    const text = `memory of a session of 2 kB over its JSON, ${settings} settings`;
    return atMost(text, 'x', must, after, () => row && row.session / row.bytes);
  }
}

/** Percent that a request costs more than at the first level, within rounds. */
export function increase(row: GrowthRow, first: GrowthRow): number {
  return median(withinRounds(totalOf(row), totalOf(first), (now, then) => (now / then - 1) * 100));
}

/** Microseconds of app and Redis together, of each round. */
export function totalOf({ rounds }: GrowthRow): number[] {
  return withinRounds(rounds['app']!, rounds['redis']!, (app, redis) => app + redis);
}
