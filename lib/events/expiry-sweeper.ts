import type { DueSessions, ExpiryIndex, IndexedOwner } from '../core/expiry-index.js';
import { tell } from '../core/session-event.js';
import type { SessionScope } from '../core/session-scope.js';
import { endOf } from '../core/auth/user-texts.js';
import { SweepPlan } from './sweep-plan.js';

/** Sessions looked at in one step. */
const PAGE = 100;
/** How long a process has for a page before another may take it. */
const LEASE_MS = 30_000;
/** Longest time for each operation of a sweep: nobody waits for it. */
const STEP_MS = 5000;
/** A session whose end has come by the index's clock but not by its own is looked at again so much later. */
const LATER_MS = 1000;

type Due = DueSessions['sessions'][number];

/**
 * Looks at the sessions whose end has come, puts off those that live on, and tells of the others: each in one process, and again
 * by another where that one died in between. One step at a time, so that a crowd of ends never floods Redis.
 */
export class ExpirySweeper {
  readonly #plan: SweepPlan;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;
  #stopped = false;

  constructor(
    private readonly scope: SessionScope,
    private readonly index: ExpiryIndex,
  ) {
    this.#plan = new SweepPlan(index.buckets);
  }

  start(): void {
    this.index.onAdded = (bucket, endsIn) => {
      if (this.#plan.expect(bucket, endsIn)) this.#schedule();
    };
    this.#schedule();
  }

  /** Finishes the step that is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.index.onAdded = undefined;
    clearTimeout(this.#timer);
    await this.#sweeping;
  }

  #schedule(): void {
    if (this.#stopped || this.#sweeping) return;
    clearTimeout(this.#timer);
    const begin = (): void => {
      this.#sweeping = this.#sweep().finally(() => {
        this.#sweeping = undefined;
        this.#schedule();
      });
    };
    this.#timer = setTimeout(begin, this.#plan.nextIn).unref();
  }

  async #sweep(): Promise<void> {
    const bucket = this.#plan.begin();
    // Where nobody here would hear of it, it is left to a process where somebody does.
    if (!this.scope.events.wants('expired')) return this.#plan.note(bucket, 'idle', undefined);
    try {
      const deadline = performance.now() + STEP_MS;
      const due = await this.index.take(bucket, PAGE, LEASE_MS, deadline);
      const { length } = due.sessions;
      if (length > 0) await this.#settle(bucket, due.sessions);
      this.#plan.note(bucket, length >= PAGE ? 'full' : length > 0 ? 'some' : 'none', due.nextIn);
    } catch {
      // The store tells of its own trouble. What was taken is taken again when the lease is over.
      this.#plan.note(bucket, 'idle', undefined);
    }
  }

  async #settle(bucket: number, due: readonly Due[]): Promise<void> {
    const { store } = this.scope;
    const homes = new Map<string, Due[]>();
    for (const session of due)
      homes.set(session.home, [...(homes.get(session.home) ?? []), session]);
    const deadline = performance.now() + STEP_MS;
    const [owners, ...living] = await Promise.all([
      this.index.ownersOf(bucket, due, deadline),
      ...[...homes].map(([home, sessions]) =>
        store.timesOf(
          home,
          sessions.map(({ selector }) => selector),
          deadline,
        ),
      ),
    ]);
    const times = new Map(living.flatMap((some) => [...some]));
    const putOff: [Due, number][] = [];
    const gone: Due[] = [];
    for (const session of due) {
      const live = times.get(session.selector);
      if (!live) gone.push(session);
      else {
        const end = Math.min(live.touchedAt + live.idle, live.absoluteEnd);
        putOff.push([session, Math.max(end, store.now(session) + LATER_MS)]);
      }
    }
    await Promise.all([
      this.index.putOff(bucket, putOff, performance.now() + STEP_MS),
      this.#tellOf(bucket, gone, owners),
    ]);
  }

  async #tellOf(
    bucket: number,
    gone: readonly Due[],
    owners: ReadonlyMap<string, IndexedOwner>,
  ): Promise<void> {
    const endedOtherwise = await this.#endedOtherwise(
      gone.filter((due) => owners.has(due.selector)),
    );
    for (const session of gone) {
      if (!endedOtherwise.has(session.selector)) this.#tell(session, owners.get(session.selector));
    }
    // Heard first, dropped from the index then: who dies in between is followed by one who tells of it again.
    await new Promise((resolve) => setImmediate(resolve));
    await this.index.remove(bucket, gone, performance.now() + STEP_MS);
  }

  #tell(session: Due, owner: IndexedOwner | undefined): void {
    const { auth, anonymous } = this.scope;
    const { home, selector: handle, end } = session;
    tell(this.scope, 'expired', session, () => ({
      handle,
      // Who writes to Redis could note another user: only the right one has this home.
      userId: owner && auth.homeOf(owner.userId) === home ? owner.userId : undefined,
      lastSeenAt: end === undefined ? undefined : end - (owner?.idle ?? anonymous.idle),
    }));
  }

  /** Those that their users' records say were ended: dropping them from the index did not come through. */
  async #endedOtherwise(sessions: readonly Due[]): Promise<ReadonlySet<string>> {
    const { users } = this.scope.store;
    const ended = new Set<string>();
    const homes = new Set(sessions.map(({ home }) => home));
    const records = new Map(
      await Promise.all(
        [...homes].map(
          async (home) => [home, await users.read(home, performance.now() + STEP_MS)] as const,
        ),
      ),
    );
    for (const { home, selector } of sessions) {
      const entry = records.get(home)?.entries.get(selector);
      if (entry === undefined) continue;
      const created = Number(entry.split(' ', 1)[0]);
      if (endOf(entry) !== undefined || created <= users.everyoneRevokedAt) ended.add(selector);
    }
    return ended;
  }
}
