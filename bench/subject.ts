import type { Candidate, Platform, Visitor } from './candidates/candidate.js';

/** One row of a table: a candidate on a platform, serving visitors of one kind. */
export interface Subject {
  readonly candidate: Candidate;
  readonly platform: Platform;
  readonly visitor: Visitor;
}

export function subjectsOf(candidates: readonly Candidate[]): Subject[] {
  return candidates.flatMap((candidate) =>
    candidate.platforms.flatMap((platform) =>
      candidate.visitors.map((visitor) => ({ candidate, platform, visitor })),
    ),
  );
}
