/** How long an operation may go on, `performance.now()` ms. */
export interface Limits {
  /** While its node serves. */
  readonly soft: number;
  /** While its node is failing over. */
  readonly hard: number;
}

/** The same where so many ms did not count: not beyond the hard one, as the id of a write is forgotten soon after it. */
export function prolonged({ soft, hard }: Limits, milliseconds: number): Limits {
  return { soft: Math.min(hard, soft + milliseconds), hard };
}
