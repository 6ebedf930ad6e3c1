import type { DoctorFinding } from './doctor-finding.js';
import { judgeRedis, storeDown } from './judge-redis.js';
import type { RedisFacts } from './redis-facts.js';

/** Learns what it can within its own deadline. */
export type GatherFacts = () => Promise<RedisFacts>;

/**
 * Looks at the nodes of Redis for settings that lose sessions, keep users waiting or cost memory. A few plain commands to each node
 * (INFO, CONFIG GET, CLUSTER INFO), over connections of its own that are closed again.
 *
 * @example
 * for (const { severity, found, cure } of await doctor.examine()) console.log(severity, found, cure);
 */
export class SessionDoctor {
  readonly #gather: GatherFacts | undefined;

  /** @param gather undefined for the embedded store, which has nothing to examine */
  constructor(gather: GatherFacts | undefined) {
    this.#gather = gather;
  }

  /**
   * What it finds, the worst first; empty when all is well, and with the embedded store. Answers within 2 s and never rejects: a
   * cluster that is down, or that may not be looked at, is a finding.
   */
  async examine(): Promise<readonly DoctorFinding[]> {
    if (!this.#gather) return [];
    try {
      return judgeRedis(await this.#gather());
    } catch {
      return [storeDown('the client could not be used')];
    }
  }
}
