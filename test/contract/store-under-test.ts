import { randomBytes } from 'node:crypto';
import type { Operation } from '../../lib/core/operation.js';
import { digestSecret } from '../../lib/core/session-token.js';
import type {
  FieldChange,
  Lifetimes,
  SessionAddress,
  SessionStore,
  SessionTimes,
  StoreLimits,
} from '../../lib/core/session-store.js';

/** A store, and what a test must do outside of its contract. */
export interface StoreUnderTest {
  readonly store: SessionStore;
  /** Resolves when the store's clock shows at least `time` (ms since 1970). */
  reach(address: SessionAddress, time: number): Promise<void>;
  /** Lets the grace of a replaced secret pass: 10 s. The session lives on. */
  passGrace(address: SessionAddress): Promise<void>;
  /** Fails unless the session ends exactly at `time`; the session is not used afterwards. */
  expectEnd(address: SessionAddress, time: number): Promise<void>;
  /** Fails unless the user record of this home ends exactly at `time`; it is not used afterwards. */
  expectRecordEnd(home: string, time: number | 'never'): Promise<void>;
  close(): Promise<void>;
}

/** Long enough that no session of a test ends by itself. */
export const LONG: Lifetimes = { idle: 1_800_000, absolute: 43_200_000 };

export const LIMITS: StoreLimits = { session: 65_536, fields: 128 };

/** As a fresh token names it. */
export function newAddress(): SessionAddress {
  return { kind: 'anonymous', home: newHome(), selector: newSelector(), digest: newDigest() };
}

/** As a fresh token of a user names it. */
export function newUserAddress(home: string = newHome()): SessionAddress {
  return { kind: 'user', home, selector: newSelector(), digest: newDigest() };
}

export function newHome(): string {
  return randomBytes(15).toString('base64url');
}

export function newSelector(): string {
  return randomBytes(12).toString('base64url');
}

export function newDigest(): string {
  return digestSecret(randomBytes(32).toString('base64url'));
}

/** A new operation; its caller waits so many ms. */
export function operation(waits = 10_000): Operation {
  return { id: randomBytes(8).toString('base64url'), deadline: performance.now() + waits };
}

/** A new operation whose caller has just stopped waiting. */
export function lateOperation(): Operation {
  return operation(-1);
}

/** Sets a field to a text, or removes it with null, whatever is stored. */
export function put(field: string, text: string | null): FieldChange {
  return { field, text, base: undefined };
}

/** The same where the field still has the text of `base`, null: is absent. */
export function replace(field: string, base: string | null, text: string | null): FieldChange {
  return { field, text, base };
}

/** What tests do most, each call with an operation of its own. */
export class StoreUser {
  constructor(private readonly subject: () => StoreUnderTest) {}

  get store(): SessionStore {
    return this.subject().store;
  }

  /** A new session with these fields. */
  async session(
    fields: Record<string, string> = {},
    lifetimes: Lifetimes = LONG,
  ): Promise<{ address: SessionAddress; times: SessionTimes }> {
    const address = newAddress();
    const entries = new Map(Object.entries(fields));
    const times = await this.store.create(address, lifetimes, entries, operation());
    return { address, times };
  }

  read(address: SessionAddress, fields?: readonly string[]): ReturnType<SessionStore['read']> {
    return this.store.read(address, fields, operation().deadline);
  }

  commit(
    address: SessionAddress,
    changes: readonly FieldChange[],
    limits: StoreLimits = LIMITS,
  ): ReturnType<SessionStore['commit']> {
    return this.store.commit(address, changes, limits, operation(), 1);
  }

  touch(address: SessionAddress): Promise<void> {
    return this.store.touch(address, operation().deadline);
  }

  rotate(address: SessionAddress): ReturnType<SessionStore['rotate']> {
    return this.store.rotate(address, newDigest(), operation());
  }

  destroy(address: SessionAddress): ReturnType<SessionStore['destroy']> {
    return this.store.destroy(address, operation());
  }

  describe(address: SessionAddress): ReturnType<SessionStore['describe']> {
    return this.store.describe(address.home, address.selector, operation().deadline);
  }

  /** The fields of a session that must live. */
  async fields(
    address: SessionAddress,
    names?: readonly string[],
  ): Promise<Record<string, string>> {
    const found = await this.read(address, names);
    if (found.status !== 'live') throw new Error(`The session is not live: ${found.status}`);
    return Object.fromEntries(found.record.fields);
  }
}
