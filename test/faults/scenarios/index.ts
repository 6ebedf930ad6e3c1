import type { Scenario } from '../scenario.js';
import { scenario as f01 } from './f01-master-killed.js';
import { scenario as f02 } from './f02-master-stopped.js';
import { scenario as f03 } from './f03-deposed-master.js';
import { scenario as f04 } from './f04-stale-replica.js';
import { scenario as f05 } from './f05-minority.js';
import { scenario as f06 } from './f06-links.js';
import { scenario as f07 } from './f07-slow-redis.js';
import { scenario as f08 } from './f08-slow-node.js';
import { scenario as f09 } from './f09-slots-moved.js';
import { scenario as f10 } from './f10-stuck-migration.js';
import { scenario as f11 } from './f11-nodes-change.js';
import { scenario as f12 } from './f12-manual-failover.js';
import { scenario as f13 } from './f13-shard-dead.js';
import { scenario as f14 } from './f14-all-nodes-dead.js';
import { scenario as f15 } from './f15-old-snapshot.js';
import { scenario as f16 } from './f16-memory-full.js';
import { scenario as f17 } from './f17-keys-evicted.js';
import { scenario as f18 } from './f18-scripts-flushed.js';
import { scenario as f19 } from './f19-server-killed.js';
import { scenario as f20 } from './f20-clocks.js';
import { scenario as f21 } from './f21-addresses.js';
import { scenario as f22 } from './f22-tls.js';
import { scenario as f23 } from './f23-rights-taken.js';
import { scenario as f24 } from './f24-corrupt-sessions.js';
import { scenario as f25 } from './f25-versions.js';
import { scenario as f26 } from './f26-stalled-server.js';
import { scenario as f27 } from './f27-herd.js';
import { scenario as f28 } from './f28-messages-lost.js';
import { scenario as race } from './logout-race.js';

/** In the order of the table. */
export const SCENARIOS: readonly Scenario[] = [
  ...[f01, f02, f03, f04, f05, f06, f07, f08, f09, f10],
  ...[f11, f12, f13, f14, f15, f16, f17, f18, f19, f20],
  ...[f21, f22, f23, f24, f25, f26, f27, f28, race],
];
