import {
  ExpiryIndex,
  type DueSessions,
  type IndexedLife,
  type IndexedOwner,
  type IndexedSession,
} from '../core/expiry-index.js';

interface Entry {
  readonly session: IndexedSession;
  readonly owner: IndexedOwner | undefined;
  end: number;
  taken: boolean;
}

/** The index of ends of the embedded store: one bucket, looked through as a whole. */
export class MemoryExpiryIndex extends ExpiryIndex {
  readonly buckets: number = 1;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();

  /** @param now milliseconds since 1970 */
  constructor(now: () => number) {
    super();
    this.#now = now;
  }

  add(session: IndexedSession, { idle, absolute }: IndexedLife, userId: string | undefined): void {
    const life = Math.min(idle, absolute);
    const owner = userId === undefined ? undefined : { userId, idle };
    const { home, selector } = session;
    const entry = { session: { home, selector }, owner, end: this.#now() + life, taken: false };
    this.#entries.set(selector, entry);
    this.onAdded?.(0, life);
  }

  drop(_home: string, selectors: readonly string[]): void {
    for (const selector of selectors) this.#entries.delete(selector);
  }

  async take(_bucket: number, most: number, leaseMs: number): Promise<DueSessions> {
    const now = this.#now();
    const sessions: (IndexedSession & { readonly end: number | undefined })[] = [];
    let next = Infinity;
    for (const entry of this.#entries.values()) {
      if (entry.end > now || sessions.length >= most) next = Math.min(next, entry.end);
      else {
        sessions.push({ ...entry.session, end: entry.taken ? undefined : entry.end });
        entry.taken = true;
        entry.end = now + leaseMs;
        next = Math.min(next, entry.end);
      }
    }
    return { sessions, nextIn: next === Infinity ? undefined : next - now };
  }

  async ownersOf(
    _bucket: number,
    sessions: readonly IndexedSession[],
  ): Promise<ReadonlyMap<string, IndexedOwner>> {
    const owners = new Map<string, IndexedOwner>();
    for (const { selector } of sessions) {
      const owner = this.#entries.get(selector)?.owner;
      if (owner) owners.set(selector, owner);
    }
    return owners;
  }

  async putOff(
    _bucket: number,
    ends: readonly (readonly [session: IndexedSession, end: number])[],
  ): Promise<void> {
    for (const [{ selector }, end] of ends) {
      const entry = this.#entries.get(selector);
      if (entry) Object.assign(entry, { end, taken: false });
    }
  }

  async remove(_bucket: number, sessions: readonly IndexedSession[]): Promise<void> {
    for (const { selector } of sessions) this.#entries.delete(selector);
  }
}
