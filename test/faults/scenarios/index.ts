import type { Scenario } from '../scenario.js';
import { scenario as f01 } from './f01-master-killed.js';
import { scenario as f02 } from './f02-master-stopped.js';
import { scenario as f09 } from './f09-slots-moved.js';
import { scenario as f14 } from './f14-all-nodes-dead.js';

/** In the order of the table. */
export const SCENARIOS: readonly Scenario[] = [f01, f02, f09, f14];
