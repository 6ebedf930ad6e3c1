import type { Effort } from '../effort.js';
import type { Lab } from '../lab.js';
import type { Subject } from '../subject.js';
import type { Result, Row } from './result.js';

/** Something to be found out, and one table. */
export interface Question {
  readonly id: string;
  readonly title: string;
  readonly kind: Result['kind'];
  /** Whether `--quick` asks it. */
  readonly quick: boolean;
  ask(lab: Lab, subjects: readonly Subject[], effort: Effort): Promise<Row[]>;
}

export function sizeName(bytes: number): string {
  return bytes < 1000 ? `${bytes}B` : `${bytes / 1000}kB`;
}

export function rowOf(subject: Subject, measured: Pick<Row, 'failures' | 'rounds' | 'note'>): Row {
  const { candidate, platform, visitor } = subject;
  return { candidate: candidate.name, role: candidate.role, platform, visitor, ...measured };
}
