import { AUTH_FIELD } from '../core/own-fields.js';
import type { UserTexts } from '../core/auth/user-texts.js';
import { SessionStoreUnavailableError, type SessionEndReason } from '../core/errors.js';
import type { Operation } from '../core/operation.js';
import {
  SessionStore,
  type CommitResult,
  type EndResult,
  type FieldChange,
  type Lifetimes,
  type ReadResult,
  type RenewResult,
  type RetireResult,
  type Rotation,
  type SessionAddress,
  type SecretReplay,
  type SessionDescription,
  type SessionTimes,
  type StoreLimits,
} from '../core/session-store.js';
import { MemoryExpiryIndex } from './memory-expiry-index.js';
import { MemorySession, type Write } from './memory-session.js';
import { MemoryUserRecords } from './memory-user-records.js';
import { requireInTime } from './require-in-time.js';
import { SessionTable } from './session-table.js';

/** How a memory store is made. */
export interface MemorySessionStoreOptions {
  /** The store's clock: milliseconds since 1970. Default `Date.now`. Tests set their own. */
  readonly now?: () => number;
  /** Sessions held at a time; with so many alive no new one is created. Default 100,000. */
  readonly maxSessions?: number;
  /** Keeps an index of when sessions end, for events of it. Default false. */
  readonly indexEnds?: boolean;
}

/** What is left of a destroyed session for 60 s. */
interface Tombstone {
  readonly reason: SessionEndReason;
  /** Texts that were handed over to the session in its place. */
  readonly kept: ReadonlyMap<string, string>;
  /** SHA-256 of the token's secret, which alone may ask for them again. */
  readonly digest: string;
  /** Id of the operation that ended it. */
  readonly endedBy: string;
  readonly end: number;
}

const TOMBSTONE_MS = 60_000;
const SWEEP_EVERY_MS = 1000;
/** Ids of writes are kept so much longer than their deadline, as in Redis. */
const REMEMBERED_LONGER_MS = 1000;

/**
 * Sessions in the memory of this process: the default where no `redis` is given, for development and tests. They are lost
 * when it ends, and no other process sees them. Behaves as `RedisSessionStore` does, operation by operation.
 *
 * @example new MemorySessionStore({ maxSessions: 1000 })
 */
export class MemorySessionStore extends SessionStore {
  readonly users: MemoryUserRecords;
  override readonly expiry: MemoryExpiryIndex | undefined;
  readonly #now: () => number;
  readonly #sessions: SessionTable<MemorySession | Tombstone>;
  #sweeper: NodeJS.Timeout | undefined;

  constructor({
    now = Date.now,
    maxSessions = 100_000,
    indexEnds = false,
  }: MemorySessionStoreOptions = {}) {
    super();
    this.#now = now;
    this.#sessions = new SessionTable(now, maxSessions);
    this.users = new MemoryUserRecords(now);
    this.expiry = indexEnds ? new MemoryExpiryIndex(now) : undefined;
  }

  async connect(): Promise<void> {
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_EVERY_MS).unref();
  }

  /** Stops the timer. What is stored stays: several apps of one process may share the store. */
  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }

  async read(
    address: SessionAddress,
    fields: readonly string[] | undefined,
    deadline: number,
  ): Promise<ReadResult> {
    requireInTime(deadline);
    const session = this.#find(address);
    const user = this.#userTexts(address);
    if (session instanceof MemorySession) {
      return { status: 'live', record: session.read(address.digest, fields, this.#now()), user };
    }
    if (session === 'expired') return { status: 'missing', user };
    const replay = this.#replayOf(address);
    return { status: 'ended', reason: session, ...(replay && { replay }) };
  }

  async create(
    address: SessionAddress,
    lifetimes: Lifetimes,
    fields: ReadonlyMap<string, string>,
    operation: Operation,
    userId?: string,
  ): Promise<SessionTimes> {
    requireInTime(operation.deadline);
    const present = this.#sessions.get(keyOf(address));
    if (present instanceof MemorySession && present.secret.newest === address.digest)
      return present.times;
    if (present) {
      throw new SessionStoreUnavailableError(
        'The session that was to be created had ended already',
      );
    }
    const write = this.#write(operation, 1);
    const session = new MemorySession(address.digest, lifetimes, fields, write, this.#now());
    this.#sessions.set(keyOf(address), session);
    this.expiry?.add(address, lifetimes, userId);
    return session.times;
  }

  async commit(
    address: SessionAddress,
    changes: readonly FieldChange[],
    limits: StoreLimits,
    operation: Operation,
    attempt: number,
  ): Promise<CommitResult> {
    requireInTime(operation.deadline);
    const write = this.#write(operation, attempt);
    const result = this.#earlier(address, write) ?? this.#commit(address, changes, limits, write);
    return result.status === 'applied' || result.status === 'ended'
      ? { ...result, user: this.#userTexts(address) }
      : result;
  }

  async touch(address: SessionAddress, deadline: number): Promise<void> {
    requireInTime(deadline);
    const session = this.#find(address);
    if (session instanceof MemorySession) session.touch(address.digest, this.#now());
  }

  async rotate(
    address: SessionAddress,
    newDigest: string,
    operation: Operation,
    { fields, present = false }: Rotation = {},
  ): Promise<EndResult> {
    requireInTime(operation.deadline);
    const user = this.#userTexts(address);
    // An earlier sending of this rotation was applied: the new secret is as random as the first.
    if (this.#newestOf(address) === newDigest) return { status: 'applied', durable: false, user };
    const session = this.#find(address);
    if (!(session instanceof MemorySession)) return { status: 'ended', reason: session, user };
    session.rotate(newDigest, present, this.#now());
    for (const [field, text] of fields ?? []) session.replaceOwn(field, text);
    return { status: 'applied', durable: false, user };
  }

  async renew(
    address: SessionAddress,
    newest: string,
    newDigest: string,
    operation: Operation,
  ): Promise<RenewResult> {
    requireInTime(operation.deadline);
    if (this.#newestOf(address) === newDigest) return { status: 'applied' };
    const session = this.#find(address);
    if (!(session instanceof MemorySession)) return { status: 'ended', reason: session };
    const state = session.secret.stateFor(address.digest);
    if (state.newest !== newest || !state.renewable) return { status: 'kept' };
    session.renew(address.digest, newDigest, this.#now());
    return { status: 'applied' };
  }

  async destroy(address: SessionAddress, operation: Operation): Promise<EndResult> {
    requireInTime(operation.deadline);
    const key = keyOf(address);
    const present = this.#sessions.get(key);
    if (present && 'endedBy' in present && present.endedBy === operation.id) {
      return { status: 'applied', durable: false };
    }
    const session = this.#find(address);
    if (!(session instanceof MemorySession)) return { status: 'ended', reason: session };
    const end = this.#now() + TOMBSTONE_MS;
    this.#sessions.set(key, {
      reason: 'destroyed',
      kept: new Map(),
      digest: address.digest,
      endedBy: operation.id,
      end,
    });
    this.expiry?.drop(address.home, [address.selector]);
    return { status: 'applied', durable: false };
  }

  async retire(
    address: SessionAddress,
    reason: SessionEndReason,
    fields: readonly string[],
    operation: Operation,
  ): Promise<RetireResult> {
    requireInTime(operation.deadline);
    const key = keyOf(address);
    const present = this.#sessions.get(key);
    if (
      present &&
      'endedBy' in present &&
      present.reason === reason &&
      present.digest === address.digest
    ) {
      const kept = [...present.kept].filter(([field]) => fields.includes(field));
      return { status: 'applied', texts: new Map(kept) };
    }
    const session = this.#find(address);
    if (!(session instanceof MemorySession)) return { status: 'ended', reason: session };
    const kept = session.textsOf(fields);
    const end = this.#now() + TOMBSTONE_MS;
    this.#sessions.set(key, { reason, kept, digest: address.digest, endedBy: operation.id, end });
    this.expiry?.drop(address.home, [address.selector]);
    return { status: 'applied', texts: kept };
  }

  async remove(home: string, selectors: readonly string[], deadline: number): Promise<void> {
    requireInTime(deadline);
    this.expiry?.drop(home, selectors);
    for (const selector of selectors) this.#sessions.delete(keyOf({ home, selector }));
  }

  async timesOf(
    home: string,
    selectors: readonly string[],
    deadline: number,
  ): Promise<ReadonlyMap<string, SessionTimes>> {
    requireInTime(deadline);
    const living = new Map<string, SessionTimes>();
    for (const selector of selectors) {
      const present = this.#sessions.get(keyOf({ home, selector }));
      if (present instanceof MemorySession) living.set(selector, present.times);
    }
    return living;
  }

  async learnNow(): Promise<number> {
    return this.#now();
  }

  now(_address?: unknown): number {
    return this.#now();
  }

  async describe(
    home: string,
    selector: string,
    deadline: number,
  ): Promise<SessionDescription | undefined> {
    requireInTime(deadline);
    const present = this.#sessions.get(keyOf({ home, selector }));
    return present instanceof MemorySession ? present.describe() : undefined;
  }

  #sweep(): void {
    this.#sessions.sweep();
    this.users.sweep();
  }

  #userTexts({ kind, home, selector }: SessionAddress): UserTexts | undefined {
    return kind === 'user' ? this.users.textsOf(home, selector) : undefined;
  }

  /** The living session that the secret fits, or why there is none. */
  #find(address: SessionAddress): MemorySession | SessionEndReason {
    const present = this.#sessions.get(keyOf(address));
    if (!present) return 'expired';
    if (!(present instanceof MemorySession)) return present.reason;
    const worth = present.secret.worthOf(address.digest, this.#now());
    return worth === 'newest' || worth === 'grace' ? present : 'rotated';
  }

  /** What was applied stays so, also where another request has replaced the secret since. */
  #earlier(address: SessionAddress, write: Write): CommitResult | undefined {
    const present = this.#sessions.get(keyOf(address));
    return present instanceof MemorySession ? present.earlier(write) : undefined;
  }

  #commit(
    address: SessionAddress,
    changes: readonly FieldChange[],
    limits: StoreLimits,
    write: Write,
  ): CommitResult {
    const session = this.#find(address);
    if (!(session instanceof MemorySession)) return { status: 'ended', reason: session };
    return session.commit(address.digest, changes, limits, write, this.#now());
  }

  #newestOf(address: SessionAddress): string | undefined {
    const present = this.#sessions.get(keyOf(address));
    return present instanceof MemorySession ? present.secret.newest : undefined;
  }

  #replayOf(address: SessionAddress): SecretReplay | undefined {
    const present = this.#sessions.get(keyOf(address));
    if (!(present instanceof MemorySession)) return undefined;
    if (present.secret.worthOf(address.digest, this.#now()) !== 'replayed') return undefined;
    return { auth: present.textsOf([AUTH_FIELD]).get(AUTH_FIELD) };
  }

  /** The operation as the session remembers it, by the store's clock. */
  #write({ id, deadline }: Operation, attempt: number): Write {
    const left = deadline - performance.now();
    return { id, attempt, until: this.#now() + left + REMEMBERED_LONGER_MS };
  }
}

function keyOf({ home, selector }: Pick<SessionAddress, 'home' | 'selector'>): string {
  return `${home}:${selector}`;
}
