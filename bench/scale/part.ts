import type { Effort } from '../effort.js';
import type { Lab } from '../lab.js';
import type { ScaleResult } from './scale-result.js';

/** Opens a cluster of its own, which is closed when the part is done. */
export type OpenLab = (options?: Parameters<typeof Lab.open>[0]) => Promise<Lab>;

/** Something to be found out about growth, and one table. */
export interface Part {
  readonly id: string;
  readonly title: string;
  readonly quick: boolean;
  measure(
    this: void,
    open: OpenLab,
    effort: Effort,
  ): Promise<Pick<ScaleResult, 'growth' | 'memory' | 'units'>>;
}
