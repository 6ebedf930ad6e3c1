/** Stable names of what SessionDoctor can find; docs/redis.md has a line for each. */
export type DoctorFindingId =
  | 'store-down'
  | 'node-unreachable'
  | 'slots-missing'
  | 'version'
  | 'maxmemory'
  | 'maxmemory-policy'
  | 'min-replicas'
  | 'node-timeout'
  | 'failover-deadline'
  | 'full-coverage'
  | 'replicas'
  | 'replica-link'
  | 'same-host'
  | 'persistence'
  | 'listpack-value'
  | 'unreadable';

/**
 * How much it matters: `danger` loses sessions or lets nobody in, `warning` does so when something else goes wrong, `note` costs
 * memory or can't be told.
 */
export type DoctorSeverity = 'danger' | 'warning' | 'note';

/** Something about Redis that sessions would be better without. */
export interface DoctorFinding {
  /** Stable name, for programs. */
  readonly id: DoctorFindingId;
  /** How much it matters. */
  readonly severity: DoctorSeverity;
  /** Nodes it was found on, each as 'host:port'; empty where it is of no single node. */
  readonly nodes: readonly string[];
  /** What was found, such as 'maxmemory-policy is allkeys-lru'. */
  readonly found: string;
  /** What comes of it, in one sentence. */
  readonly consequence: string;
  /** The command that mends it on each of the nodes, and the line for redis.conf where there is one; or the option of the app. */
  readonly cure: string;
}
