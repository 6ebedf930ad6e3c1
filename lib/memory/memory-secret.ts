import { worthOf, type SecretHistory, type SecretWorth } from '../core/secret-history.js';
import type { SecretState } from '../core/session-store.js';

/** A session's newest secret and the one before, as digests. Times are milliseconds since 1970. */
export class MemorySecret {
  #history: SecretHistory;
  /** Whether the newest is in the place of another. */
  #isReplacement = false;

  constructor(digest: string, now: number) {
    this.#history = { newest: digest, previous: undefined, madeAt: now, usedAt: 0 };
  }

  get newest(): string {
    return this.#history.newest;
  }

  worthOf(digest: string, now: number): SecretWorth {
    return worthOf(digest, this.#history, now);
  }

  /** What a token with this digest may know. */
  stateFor(digest: string): SecretState {
    const { newest, madeAt, usedAt } = this.#history;
    return { newest, madeAt, renewable: digest === newest || usedAt === 0 };
  }

  /** Whether the first use of the newest ends a grace, and is not noted yet. */
  isFirstUse(digest: string): boolean {
    const { newest, previous, usedAt } = this.#history;
    return digest === newest && previous !== undefined && usedAt === 0;
  }

  noteUse(digest: string, now: number): void {
    const { newest, usedAt } = this.#history;
    if (this.#isReplacement && digest === newest && usedAt === 0) {
      this.#history = { ...this.#history, usedAt: now };
    }
  }

  /** Another secret at once. */
  replace(digest: string, now: number): void {
    this.#take(digest, undefined, now);
  }

  /** Another secret, with a grace for the one in use. */
  renew(from: string, digest: string, now: number): void {
    const { newest, previous } = this.#history;
    this.#take(digest, from === newest ? newest : previous, now);
  }

  #take(newest: string, previous: string | undefined, now: number): void {
    this.#isReplacement = true;
    this.#history = { newest, previous, madeAt: now, usedAt: 0 };
  }
}
