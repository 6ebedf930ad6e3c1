import type { SlotConnections } from './slot-connections.js';
import type { Place, WithdrawalMemory } from './withdrawal-memory.js';
import type { WithdrawalReplay } from './withdrawal-replay.js';

/** Pause before what could not be settled is tried again. */
const AGAIN_MS = 100;
/** Time for each home where nobody waits for it. */
const ALONE_MS = 1000;
/** Homes that are settled at a time where nobody waits for them. */
const AT_A_TIME = 16;

/** Tells the owners of slots what is remembered of their homes: each that may not know of it. */
export class Settling {
  #isSettling = false;
  #again = false;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    private readonly memory: WithdrawalMemory,
    private readonly connections: SlotConnections,
    private readonly replay: WithdrawalReplay,
  ) {}

  /** The connection of the place's slot, if its node has all that is remembered; undefined where it may not. */
  on({ slot, settledOn }: Place): object | undefined {
    return settledOn !== undefined && this.connections.of(slot) === settledOn
      ? settledOn
      : undefined;
  }

  /** Has its owner told, by the connection that it is reached by now. */
  settle(place: Place, deadline: number = performance.now() + ALONE_MS): Promise<void> {
    place.settling ??= this.#tell(place, deadline).finally(() => (place.settling = undefined));
    return place.settling;
  }

  async #tell(place: Place, deadline: number): Promise<void> {
    const { slot, changes } = place;
    const over = new Set<object | undefined>();
    const note = (): unknown => over.add(this.connections.of(slot));
    const withdrawals = [...place.kept.values()].map(({ withdrawal }) => withdrawal);
    await this.replay.run(place.home, withdrawals, deadline, note);
    note();
    const [on] = over;
    if (over.size === 1 && place.changes === changes) place.settledOn = on;
  }

  /** Settles what is not, without being asked: other servers may not know of it. */
  soon(): void {
    if (this.#closed) return;
    this.#again = true;
    if (this.#isSettling) return;
    this.#isSettling = true;
    void this.#settleAll().finally(() => (this.#isSettling = false));
  }

  async #settleAll(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      const left = this.unsettled();
      const failed = new Set<string>();
      const take = async (): Promise<void> => {
        for (let place = left.pop(); place && !this.#closed; place = left.pop()) {
          const owner = this.connections.ownerOf(place.slot);
          // What one owner does not take it will not take of others either, for now.
          if (owner === undefined || failed.has(owner)) continue;
          await this.settle(place).catch(() => failed.add(owner));
        }
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, take));
    }
    if (this.unsettled().length > 0) this.#tryAgain();
  }

  unsettled(): Place[] {
    return this.memory.places().filter((place) => this.on(place) === undefined);
  }

  #tryAgain(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // A dead owner has no successor until the cluster says so: this process should be the first to hear of it.
      if (this.unsettled().some(({ slot }) => this.connections.ownerOf(slot) === undefined)) {
        this.connections.refresh();
      }
      this.soon();
    }, AGAIN_MS).unref();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }
}
