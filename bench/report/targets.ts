import type { Platform, Visitor } from '../candidates/candidate.js';
import type { Result, Row } from '../questions/result.js';
import { addedRatioOf, ratioOf, totalRatioOf } from './derive.js';
import { median } from './statistics.js';

/** Finds the answer to a question. */
export type Answers = (id: string) => Result | undefined;

/** What the library is to reach, in one number. */
export interface Target {
  readonly text: string;
  readonly must: number;
  /** What we are after. */
  readonly after: number;
  /** Whether a larger number is the better one, such as a ratio to the peer. */
  readonly better: 'more' | 'less';
  readonly unit: string;
  /** `undefined` where the question was not asked. */
  measured(answers: Answers): number | undefined;
}

type Ratio = (result: Result, row: Row) => number[];

interface Place {
  readonly question: string;
  readonly platform: Platform;
  readonly candidate: string;
  readonly visitor?: Visitor;
}

/** What is reached, held or missed. */
export function verdictOf({ must, after, better }: Target, measured: number | undefined): string {
  if (measured === undefined || Number.isNaN(measured)) return 'not measured';
  const reaches = (bound: number): boolean =>
    better === 'more' ? measured >= bound : measured <= bound;
  if (reaches(after)) return 'reached';
  return reaches(must) ? 'held' : '**MISSED**';
}

/** A target of so many times less than the peer. */
export function timesLess(
  text: string,
  place: Place,
  ratio: Ratio,
  must: number,
  after: number,
): Target {
  const measured = (answers: Answers): number | undefined => {
    const result = answers(place.question);
    const row = result && find(result, place);
    return row && median(ratio(result, row));
  };
  return { text, must, after, better: 'more', unit: 'x', measured };
}

/** A target of at most so many. */
export function atMost(
  text: string,
  unit: string,
  must: number,
  after: number,
  measured: Target['measured'],
): Target {
  return { text, must, after, better: 'less', unit, measured };
}

export const added: Ratio = addedRatioOf;
export const total: Ratio = totalRatioOf;
export const p99: Ratio = (result, row) => ratioOf(result, row, 'p99');

/** A quantity of one row. */
export function quantity(answers: Answers, place: Place, name: string): number | undefined {
  const row = find(answers(place.question), place);
  return row && median(row.rounds[name] ?? []);
}

function find(result: Result | undefined, place: Place): Row | undefined {
  const { platform, candidate, visitor = 'anonymous' } = place;
  return result?.rows.find(
    (row) => row.platform === platform && row.candidate === candidate && row.visitor === visitor,
  );
}
