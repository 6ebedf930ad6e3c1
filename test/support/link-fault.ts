/**
 * What becomes of bytes on the way to one node.
 * - `open`: they go through.
 * - `silent`: nothing goes either way, on old connections and new ones: a half-open link, or a firewall that drops.
 * - `deaf`: commands reach Redis, replies never come.
 * - `held`: commands wait, and all reach Redis when the link is open again.
 * - `reset`: every connection is reset (RST), new ones at once.
 * - `trickle`: replies come one byte at a time.
 */
export type LinkState = 'open' | 'silent' | 'deaf' | 'held' | 'reset' | 'trickle';

/** The link between all clients and one node, as a proxy makes it. */
export class LinkFault {
  /** Milliseconds that replies are held back. */
  latency = 0;
  /** Milliseconds more at most, at random. */
  jitter = 0;
  #state: LinkState = 'open';
  readonly #listeners = new Set<() => void>();

  get state(): LinkState {
    return this.#state;
  }

  set state(state: LinkState) {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  /** Milliseconds that the next reply is held back. */
  nextDelay(): number {
    return this.latency + Math.random() * this.jitter;
  }

  /** Calls when the state has changed. @returns what ends that */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
