import { MOST_IN_FLIGHT } from './redis-policy.js';

/** Bounds what is under way on one node; those that must wait go in the order in which they came. */
export class Turnstile {
  #inside = 0;
  readonly #queue: ((entered: boolean) => void)[] = [];

  constructor(private readonly most: number = MOST_IN_FLIGHT) {}

  /** @returns false where one has to wait: the node has enough to do, or others came first */
  enter(): boolean {
    if (this.#inside >= this.most || this.#queue.length > 0) return false;
    this.#inside++;
    return true;
  }

  /** Waits for a turn. @param limit `performance.now()` ms @returns whether there was one by then */
  wait(limit: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (entered: boolean): void => {
        clearTimeout(timer);
        resolve(entered);
      };
      const timer = setTimeout(
        () => {
          this.#queue.splice(this.#queue.indexOf(settle), 1);
          resolve(false);
        },
        Math.max(0, limit - performance.now()),
      );
      this.#queue.push(settle);
    });
  }

  leave(): void {
    const next = this.#queue.shift();
    if (next) next(true);
    else this.#inside--;
  }
}
