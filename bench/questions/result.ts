import type { Failures } from '../load/job.js';
import type { Candidate, Platform, Visitor } from '../candidates/candidate.js';

/** What was measured for one row of a table: of each quantity one number per round. */
export interface Row {
  readonly candidate: string;
  readonly role: Candidate['role'];
  readonly platform: Platform;
  readonly visitor: Visitor;
  /** Requests that were not answered well, by status. */
  readonly failures: Failures;
  readonly rounds: Readonly<Record<string, readonly number[]>>;
  readonly note?: string;
}

/** The answer to one question. */
export interface Result {
  readonly id: string;
  readonly title: string;
  /** Which table it makes. */
  readonly kind: 'cpu' | 'traffic' | 'latency' | 'writers' | 'memory';
  /** The day it was measured. */
  readonly day: string;
  readonly effort: string;
  readonly machine: string;
  readonly rows: readonly Row[];
}
