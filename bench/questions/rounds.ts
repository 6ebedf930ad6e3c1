import type { Failures } from '../load/job.js';
import type { Row } from './result.js';

/** Does `measure` for each of the items once a round, beginning with another one each time, so that none has always the same neighbour before it. */
export async function interleave<Item, Measured>(
  items: readonly Item[],
  rounds: number,
  measure: (item: Item) => Promise<Measured>,
): Promise<Map<Item, Measured[]>> {
  const measured = new Map<Item, Measured[]>(items.map((item) => [item, []]));
  for (let round = 0; round < rounds; round++) {
    for (let at = 0; at < items.length; at++) {
      const item = items[(round + at) % items.length]!;
      measured.get(item)!.push(await measure(item));
    }
  }
  return measured;
}

/** The quantities of all rounds by name. */
export function columnsOf<Name extends string>(
  samples: readonly Readonly<Record<Name, number>>[],
  names: readonly Name[],
): Row['rounds'] {
  return Object.fromEntries(
    names.map((name) => [name, samples.map((sample) => rounded(sample[name]))]),
  );
}

/** Three digits say all there is to say; stored results would be mostly noise. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** Failures of all rounds together. */
export function allFailures(rounds: readonly { readonly failures: Failures }[]): Failures {
  const sum: Record<number, number> = {};
  for (const [status, count] of rounds.flatMap(({ failures }) => Object.entries(failures))) {
    sum[Number(status)] = (sum[Number(status)] ?? 0) + count;
  }
  return sum;
}
