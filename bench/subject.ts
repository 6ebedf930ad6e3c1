import { PLATFORMS, type Candidate, type Platform, type Visitor } from './candidates/candidate.js';

/** One row of a table: a candidate on a platform, serving visitors of one kind. */
export interface Subject {
  readonly candidate: Candidate;
  readonly platform: Platform;
  readonly visitor: Visitor;
}

export function subjectsOf(candidates: readonly Candidate[]): Subject[] {
  return PLATFORMS.flatMap((platform) =>
    candidates
      .filter(({ platforms }) => platforms.includes(platform))
      .flatMap((candidate) =>
        candidate.visitors.map((visitor) => ({ candidate, platform, visitor })),
      ),
  );
}
