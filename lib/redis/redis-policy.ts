/** How long operations wait for Redis. */
export interface RedisPolicy {
  /** Ms for an operation, retries included. */
  readonly deadline: number;
  /** Ms for one whose node is failing over; no more than `deadline`: failovers are not waited for. */
  readonly failoverDeadline: number;
}

/** The defaults of the options `deadline` and `failoverDeadline`. */
export const DEFAULT_POLICY: RedisPolicy = { deadline: 500, failoverDeadline: 5000 };

/** Operations under way on one node at most; more wait for their turn. */
export const MOST_IN_FLIGHT = 512;
/** Operations of one process that wait, for a turn or for a node; more are refused at once. */
export const MOST_WAITING = 2048;
/** A node is silent if it has left a command without a reply for so long, and answered nothing else. */
export const SILENCE_MS = 200;
/** How long after its deadline the id of a write is remembered: what a client's idea of Redis' clock may be off. */
export const REMEMBERED_MS = 1000;
