import type { ServerAddress } from 'nest-session/testing';
import type { Platform } from '../candidates/candidate.js';

/** What an app process is told when it starts. */
export interface AppConfig {
  readonly candidate: string;
  readonly platform: Platform;
  readonly nodes: readonly ServerAddress[];
}
