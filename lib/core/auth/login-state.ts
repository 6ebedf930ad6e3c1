import { randomBytes } from 'node:crypto';
import type { AssuranceLevel, Principal } from './principal.js';

/** What a session itself says of its login, sealed in its field `@a`. */
export interface AuthBlock {
  /** User id. */
  readonly u: string;
  /** Generation: changes with each elevation, so that a session rolled back in Redis is told apart. */
  readonly g: string;
  /** The generation before, good until the record has the newer one. */
  readonly p?: string;
  /** Claims. */
  readonly c: Readonly<Record<string, unknown>>;
  /** Authentication methods. */
  readonly m: readonly string[];
  /** Assurance level. */
  readonly l: AssuranceLevel;
  /** When the user last showed who they are: ms since 1970 by the store's clock. */
  readonly t: number;
  /** 1: the login is remembered. */
  readonly r?: 1;
}

/** What the user's record says of a session, sealed in its entry. */
export interface SessionEntry {
  /** Ms since 1970 by the store's clock. */
  readonly created: number;
  /** Absolute end: ms since 1970 by the store's clock. */
  readonly end: number;
  /** Generation of the session's auth block. */
  readonly g: string;
  /** Label of the device, as the user will know it. */
  readonly d?: string;
  /** Class of the client's IP address: coarse, never the address. */
  readonly i?: string;
}

/** A login as one request knows it. */
export interface Login {
  readonly principal: Principal;
  readonly block: AuthBlock;
  readonly entry: SessionEntry;
  /** Text of the entry as it is stored. */
  readonly entryText: string;
}

/** A new generation: 48 random bits. */
export function newGeneration(): string {
  return randomBytes(6).toString('base64url');
}
