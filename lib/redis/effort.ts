import { SessionStoreUnavailableError } from '../core/errors.js';
import { DeadlinePassed } from './before-deadline.js';
import { missingRight } from './missing-right.js';
import type { NodeState } from './node-state.js';
import { prolonged, type Limits } from './limits.js';
import type { OwnPauses } from './own-pauses.js';
import type { RedisClient } from './redis-client.js';
import { describeFailure, kindOfFailure } from './redis-failure.js';

const FIRST_PAUSE_MS = 10;

/** One operation over all its attempts. */
export class Effort {
  /** What the last attempt failed by, for the caller. */
  failure: unknown;
  /** Ms before the next attempt. */
  pause: number = FIRST_PAUSE_MS;
  /** How often its node was found not to serve. */
  troubles: number = 0;
  #limits: Limits;

  /** @param limits as they were when it began @param began `performance.now()` ms */
  constructor(
    readonly key: string,
    limits: Limits,
    private readonly began: number,
    private readonly pauses: OwnPauses,
  ) {
    this.#limits = limits;
  }

  /** How long it may go on. What went by while this process stood still does not count. */
  get limits(): Limits {
    return prolonged(this.#limits, this.pauses.since(this.began));
  }

  /** It may go on until then (`performance.now()` ms), if it could not for so long. */
  mayGoOnUntil(then: number): void {
    this.#limits = prolonged(this.#limits, Math.max(0, then - this.limits.soft));
  }
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
