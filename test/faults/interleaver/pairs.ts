import type { ActName } from './acts.js';

export type Pair = readonly [ActName, ActName];

/** Each with each, and with itself. */
export function eachWithEach(acts: readonly ActName[]): Pair[] {
  return acts.flatMap((one, at) => acts.slice(at).map((other): Pair => [one, other]));
}

/** One with each of the others. */
export function oneWith(one: ActName, others: readonly ActName[]): Pair[] {
  return others.map((other): Pair => [one, other]);
}
