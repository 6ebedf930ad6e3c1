import type { INestApplication } from '@nestjs/common';
import type { ServerAddress } from 'nest-session/testing';
import type { Route } from '../routes.js';

export const PLATFORMS = ['express', 'fastify'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** Whose session a request brings. */
export type Visitor = 'anonymous' | 'user';

/** A way to keep sessions: what a file `<name>.candidate.ts` exports as `candidate`. */
export interface Candidate {
  /** Its name in tables and on the command line. */
  readonly name: string;
  /**
   * `bare` is what is subtracted, `peer` what the others are compared with; each once per platform. `floor` is subtracted from our own
   * instead, where our module changes what a bare route costs.
   */
  readonly role: 'bare' | 'floor' | 'peer' | 'own';
  readonly platforms: readonly Platform[];
  /** Whether it tells users from anonymous visitors: their sessions are then measured too. */
  readonly visitors: readonly Visitor[];
  /** Those of the routes that it has. */
  readonly routes: readonly Route[];
  /** Candidates of one family read each other's sessions, so these are made once. `undefined`: it has none. */
  readonly family?: string;
  /** Called in the app's own process, with the nodes of the cluster. */
  boot(platform: Platform, nodes: readonly ServerAddress[]): Promise<INestApplication>;
}

/** The secret of all candidates that sign. */
export const SECRET = 'q7Zc2mR9vK4xW8nB3tY6uJ1pL5sD0fGh-bench';

/**
 * How long a session lives without a request. Ours moves that end once in a tenth of it: with the default of 30 minutes the touches of
 * all sessions made together would fall into the same few rounds.
 */
export const IDLE_MS = 6 * 3_600_000;
