import type { Rig, Verdict } from './rig.js';

/** One fault: what is promised, and how it is shown. */
export interface Scenario {
  /** As in the table: F01 to F29, or a name. */
  readonly id: string;
  readonly fault: string;
  readonly promise: string;
  run(): Promise<Outcome>;
  /** The same done to express-session with connect-redis; a figure to compare with, never a verdict. */
  peer?(): Promise<string>;
}

/** What a run has shown. */
export interface Outcome {
  readonly figure: string;
  /** What was promised and not kept, in a sentence each; none: all was kept. */
  readonly broken: readonly string[];
}

/** Collects what was not kept. */
export class Promises {
  readonly broken: string[] = [];

  /** @param sentence what is wrong where it does not hold */
  keep(holds: boolean, sentence: string): void {
    if (!holds) this.broken.push(sentence);
  }

  /** All that may never happen, whatever the fault. */
  keepSafe(verdict: Verdict): void {
    for (const [rule, name] of Object.entries(SAFETY)) {
      const all = verdict[rule as keyof typeof SAFETY];
      this.keep(all.length === 0, `${all.length} ${name}: ${all.slice(0, 3).join('; ')}`);
    }
  }
}

const SAFETY = {
  revived: 'reads of a dead session',
  wrongUser: 'replies of another user',
  doubled: 'done twice',
  late: 'executed after the error',
  missing: 'read as missing while it existed',
  lostDurable: 'durable and lost',
  unsoundKeys: 'keys that are no whole session',
  leaked: 'secrets in the output',
  fallen: 'servers ended by themselves',
} as const;

/** The load's numbers, which every figure ends with. */
export function lossesOf(rig: Rig, verdict: Verdict): string {
  const requests = rig.load.history.length;
  return `${verdict.lostAsync.length} acknowledged asynchronous writes lost of ${requests} requests`;
}
