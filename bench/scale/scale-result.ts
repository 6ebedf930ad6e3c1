import type { UnitFigures } from './arithmetic.js';
import type { GrowthRow } from './growth.js';
import type { MemoryRow } from './session-memory.js';

/** Part of the page, as it was measured last. */
export interface ScaleResult {
  readonly id: string;
  readonly title: string;
  readonly day: string;
  readonly machine: string;
  readonly growth?: readonly GrowthRow[];
  readonly memory?: readonly MemoryRow[];
  readonly units?: UnitFigures;
}
