import { SessionStoreUnavailableError } from '../core/errors.js';
import { DeadlinePassed } from './before-deadline.js';
import { missingRight } from './missing-right.js';
import type { NodeState } from './node-state.js';
import type { Limits } from './node-watch.js';
import type { RedisClient } from './redis-client.js';
import { describeFailure, kindOfFailure } from './redis-failure.js';

/** One operation over all its attempts. */
export interface Effort {
  readonly key: string;
  limits: Limits;
  /** What the last attempt failed by, for the caller. */
  failure: unknown;
  /** Ms before the next attempt. */
  pause: number;
  /** How often its node was found not to serve. */
  troubles: number;
}

/** One sending of it that failed. */
export interface FailedSending {
  readonly node: NodeState;
  /** The node's own connection, or the client. */
  readonly to: RedisClient;
  readonly error: unknown;
  /** `performance.now()` ms */
  readonly sentAt: number;
}

/** A node that serves is not asked again what it has refused, nor what it has not answered in time. */
export function mayBeRepeated(error: unknown, { trouble }: NodeState): boolean {
  if (kindOfFailure(error) === 'refused') return false;
  return trouble !== undefined || !(error instanceof DeadlinePassed);
}

/** What the caller is told. @param failure of the last attempt; undefined: no answer came */
export function unavailable(failure: unknown): SessionStoreUnavailableError {
  const why = failure === undefined ? 'no reply before the deadline' : describeFailure(failure);
  return new SessionStoreUnavailableError(
    missingRight(failure) ??
      `Redis could not serve the session in time: ${why}. If this lasts, check the cluster (CLUSTER INFO) and the option 'deadline'.`,
  );
}
