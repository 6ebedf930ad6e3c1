/** How much a run does. */
export interface Effort {
  readonly name: 'full' | 'quick';
  /** Before a route of an app is measured for the first time, and before each further question about it. */
  readonly warmUpMs: number;
  readonly warmAgainMs: number;
  readonly rounds: number;
  readonly roundMs: number;
  /** Of a round that uses each session once. */
  readonly requests: number;
  /** How many sessions of a size there are. */
  sessions(bytes: number): number;
}

export const FULL: Effort = {
  name: 'full',
  warmUpMs: 10_000,
  warmAgainMs: 1000,
  rounds: 10,
  roundMs: 1000,
  requests: 500,
  sessions: (bytes) => (bytes === 2000 ? 10_000 : bytes > 20_000 ? 500 : 3000),
};

export const QUICK: Effort = {
  name: 'quick',
  warmUpMs: 500,
  warmAgainMs: 200,
  rounds: 3,
  roundMs: 200,
  requests: 100,
  sessions: (bytes) => (bytes > 20_000 ? 30 : 200),
};
