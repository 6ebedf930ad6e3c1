/** The middle one of the numbers, or the mean of the two in the middle; NaN where there is none. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2;
}

/** A quantity over all rounds. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(numbers: readonly number[]): Spread {
  return { median: median(numbers), min: Math.min(...numbers), max: Math.max(...numbers) };
}

/**
 * The median of what comes out within each round. The machine is faster in one round than in the next, and both sides of a
 * comparison feel that; medians taken first would be of different rounds.
 */
export function withinRounds(
  ours: readonly number[],
  theirs: readonly number[],
  compare: (ours: number, theirs: number) => number,
): number[] {
  const rounds = Math.min(ours.length, theirs.length);
  return Array.from({ length: rounds }, (_, at) => compare(ours[at]!, theirs[at]!));
}
