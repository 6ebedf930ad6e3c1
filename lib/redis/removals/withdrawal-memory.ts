import { keySlot } from '../key-slot.js';
import { isSame, joined, nameOf, sizeOf, WITHDRAWN_FOR_MS, type Withdrawal } from './withdrawal.js';

/** How much is remembered, and for how long. */
export interface WithdrawalBounds {
  /** Milliseconds; default {@link WITHDRAWN_FOR_MS}. */
  readonly lasts?: number;
  /** Number; default 20,000. */
  readonly most?: number;
  /** Bytes, estimated; default 8 MiB. */
  readonly bytes?: number;
}

/** What is remembered of one home. */
export interface Place {
  readonly home: string;
  readonly slot: number;
  readonly kept: ReadonlyMap<string, Kept>;
  /** The connection whose node has all of it; undefined where that is not known. */
  settledOn: object | undefined;
  /** Counts what was added. */
  changes: number;
  /** Under way to be settled. */
  settling: Promise<void> | undefined;
}

interface Kept {
  readonly name: string;
  readonly place: Place;
  readonly withdrawal: Withdrawal;
  readonly until: number;
  readonly bytes: number;
}

/** What took rights away lately, by home. Of too many the oldest are forgotten. */
export class WithdrawalMemory {
  readonly #lasts: number;
  readonly #most: number;
  readonly #mostBytes: number;
  readonly #places = new Map<string, Place>();
  /** In the order of their age, the oldest first. */
  readonly #order = new Set<Kept>();
  #bytes = 0;

  constructor({
    lasts = WITHDRAWN_FOR_MS,
    most = 20_000,
    bytes = 8 * 2 ** 20,
  }: WithdrawalBounds = {}) {
    this.#lasts = lasts;
    this.#most = most;
    this.#mostBytes = bytes;
  }

  /** How many are remembered. */
  get size(): number {
    return this.#order.size;
  }

  /** Bytes they take, roughly. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What is remembered of a home; undefined where nothing is, as for nearly all of them. */
  placeOf(home: string): Place | undefined {
    this.#forget();
    return this.#places.get(home);
  }

  places(): readonly Place[] {
    this.#forget();
    return [...this.#places.values()];
  }

  /** @param on the connection whose node is known to have them; undefined: none is known */
  add(home: string, withdrawals: readonly Withdrawal[], on: object | undefined): void {
    if (withdrawals.length === 0) return;
    const place = this.#places.get(home) ?? newPlace(home, on);
    this.#places.set(home, place);
    for (const withdrawal of withdrawals) this.#keep(place, withdrawal, on);
    this.#forget();
  }

  #keep(place: Place, given: Withdrawal, on: object | undefined): void {
    const kept = place.kept as Map<string, Kept>;
    const name = nameOf(given);
    const before = kept.get(name);
    const withdrawal = joined(before?.withdrawal, given);
    if (before) this.#drop(before);
    const item: Kept = {
      name,
      place,
      withdrawal,
      until: performance.now() + this.#lasts,
      bytes: sizeOf(withdrawal),
    };
    kept.set(name, item);
    this.#order.add(item);
    this.#bytes += item.bytes;
    if (isSame(before?.withdrawal, withdrawal)) return;
    place.changes++;
    if (place.settledOn !== on) place.settledOn = undefined;
  }

  #drop(item: Kept): void {
    (item.place.kept as Map<string, Kept>).delete(item.name);
    this.#order.delete(item);
    this.#bytes -= item.bytes;
  }

  #forget(): void {
    const now = performance.now();
    for (const item of this.#order) {
      const isTooMuch = this.#order.size > this.#most || this.#bytes > this.#mostBytes;
      if (!isTooMuch && item.until > now) return;
      this.#drop(item);
      if (item.place.kept.size === 0) this.#places.delete(item.place.home);
    }
  }
}

function newPlace(home: string, on: object | undefined): Place {
  return {
    home,
    slot: keySlot(`{${home}}`),
    kept: new Map(),
    settledOn: on,
    changes: 0,
    settling: undefined,
  };
}
