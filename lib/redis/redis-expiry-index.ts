import { setTimeout as delay } from 'node:timers/promises';
import {
  ExpiryIndex,
  type DueSessions,
  type IndexedLife,
  type IndexedOwner,
  type IndexedSession,
} from '../core/expiry-index.js';
import { expiryKey, ownersKey } from '../core/session-keys.js';
import { streamOf } from '../core/stream-of.js';
import type { RedisExecutor } from './redis-executor.js';
import { runScript } from './session-scripts.js';

/** Enough that ends spread over all masters, few enough to look at each often. */
const BUCKETS = 64;
/** How long adding and dropping are tried: nobody waits for them. */
const PATIENCE_MS = 30_000;
/** Longest time for one try of it, and so the longest after the store was closed. */
const TRY_MS = 1000;
/** Between two tries. */
const PAUSE_MS = 250;
/** How long a bucket outlives its sessions where no app runs. */
const KEEP_MS = 30 * 86_400_000;
const HOME_LENGTH = 20;

/**
 * A sorted set by end for each bucket, and beside it a hash that says which of its sessions are whose: what ends a session need
 * not know its user to find it in the set.
 */
export class RedisExpiryIndex extends ExpiryIndex {
  readonly buckets: number = BUCKETS;
  readonly #executor: RedisExecutor;
  /** What is being added, so that dropping it comes after. */
  readonly #adding = new Map<string, Promise<unknown>>();
  #closed = false;

  constructor(
    executor: RedisExecutor,
    private readonly keyPrefix: string,
    private readonly report: (what: 'not-added' | 'not-dropped') => void,
  ) {
    super();
    this.#executor = executor;
  }

  add(session: IndexedSession, { idle, absolute }: IndexedLife, userId: string | undefined): void {
    const bucket = streamOf(session.home, BUCKETS);
    const member = memberOf(session);
    const [expiry, owners] = [expiryKey(this.keyPrefix, bucket), ownersKey(this.keyPrefix, bucket)];
    const life = Math.min(idle, absolute);
    const keep = absolute + KEEP_MS;
    const added = this.#patiently((deadline) =>
      this.#executor.runFenced(expiry, deadline, (to, until) =>
        runScript(to, 'expiryAdd', expiry, [member, until, life, keep]),
      ),
    );
    const note = `${idle} ${userId}`;
    const noted = this.#patiently(async (deadline) => {
      if (userId === undefined) return;
      await this.#executor.runFenced(owners, deadline, (to, until) =>
        runScript(to, 'expiryNote', owners, [member, until, note, keep]),
      );
    });
    const adding = Promise.all([added, noted])
      .catch(() => this.report('not-added'))
      .finally(() => this.#adding.delete(member));
    this.#adding.set(member, adding);
    this.onAdded?.(bucket, life);
  }

  drop(home: string, selectors: readonly string[]): void {
    if (selectors.length === 0) return;
    const sessions = selectors.map((selector) => ({ home, selector }));
    const adding = sessions.flatMap((session) => this.#adding.get(memberOf(session)) ?? []);
    const remove = (): Promise<void> =>
      this.#patiently((deadline) => this.remove(streamOf(home, BUCKETS), sessions, deadline));
    const removed = adding.length > 0 ? Promise.all(adding).then(remove) : remove();
    removed.catch(() => this.report('not-dropped'));
  }

  /** Gives up what is still being tried. */
  close(): void {
    this.#closed = true;
  }

  async take(
    bucket: number,
    most: number,
    leaseMs: number,
    deadline: number,
  ): Promise<DueSessions> {
    const key = expiryKey(this.keyPrefix, bucket);
    const reply = await this.#executor.runFenced(key, deadline, (to, until) =>
      runScript(to, 'expiryTake', key, [most, until, leaseMs]),
    );
    const [, now, due, next] = reply as [string, number, string[], string];
    const sessions = [];
    for (let at = 0; at < due.length; at += 2) {
      const end = Number(due[at + 1]);
      sessions.push({ ...sessionOf(due[at]!), end: Number.isInteger(end) ? end : undefined });
    }
    return { sessions, nextIn: next === '' ? undefined : Number(next) - now };
  }

  async ownersOf(
    bucket: number,
    sessions: readonly IndexedSession[],
    deadline: number,
  ): Promise<ReadonlyMap<string, IndexedOwner>> {
    const key = ownersKey(this.keyPrefix, bucket);
    const members = sessions.map(memberOf);
    const notes = await this.#executor.run(key, deadline, (to) => to.hmget(key, ...members));
    const owners = new Map<string, IndexedOwner>();
    notes.forEach((note, at) => {
      const [, idle, userId] = /^(\d+) (.+)$/s.exec(note ?? '') ?? [];
      if (userId !== undefined) owners.set(sessions[at]!.selector, { userId, idle: Number(idle) });
    });
    return owners;
  }

  async putOff(
    bucket: number,
    ends: readonly (readonly [session: IndexedSession, end: number])[],
    deadline: number,
  ): Promise<void> {
    if (ends.length === 0) return;
    const key = expiryKey(this.keyPrefix, bucket);
    // XX: an entry that was dropped meanwhile stays dropped.
    const scores = ends.flatMap(([session, end]) => [Math.ceil(end), memberOf(session)]);
    await this.#executor.run(key, deadline, (to) => to.zadd(key, 'XX', ...scores));
  }

  async remove(
    bucket: number,
    sessions: readonly IndexedSession[],
    deadline: number,
  ): Promise<void> {
    if (sessions.length === 0) return;
    const [expiry, owners] = [expiryKey(this.keyPrefix, bucket), ownersKey(this.keyPrefix, bucket)];
    const members = sessions.map(memberOf);
    await Promise.all([
      this.#executor.run(expiry, deadline, (to) => to.zrem(expiry, ...members)),
      this.#executor.run(owners, deadline, (to) => to.hdel(owners, ...members)),
    ]);
  }

  /** Tries on where nobody waits for it. The first try is sent in this turn. */
  async #patiently(attempt: (deadline: number) => Promise<unknown>): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        await attempt(performance.now() + TRY_MS);
        return;
      } catch (error) {
        if (this.#closed || performance.now() >= end) throw error;
        await delay(PAUSE_MS, undefined, { ref: false }); // what is refused is refused at once
      }
    }
  }
}

function memberOf({ home, selector }: IndexedSession): string {
  return home + selector;
}

function sessionOf(member: string): IndexedSession {
  return { home: member.slice(0, HOME_LENGTH), selector: member.slice(HOME_LENGTH) };
}
