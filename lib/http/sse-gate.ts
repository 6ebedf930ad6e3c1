/**
 * Server-sent events: the head waits for the first event, the end, or the operation's deadline, so that what the handler
 * does to the session before its first event is saved before anything is seen.
 */
export class SseGate {
  readonly #opened: Promise<void>;
  #open!: () => void;
  #refuse: ((error: unknown) => void) | undefined;

  /** @param longest milliseconds the head waits at most */
  constructor(private readonly longest: number) {
    this.#opened = new Promise((resolve) => (this.#open = resolve));
  }

  /** Lets the head leave. */
  open(): void {
    this.#open();
  }

  /** Nothing could be saved: a head that waits here must not leave; an answer that begins later tells of it by itself. */
  refuse(error: unknown): void {
    this.#refuse?.(error);
    this.#open();
  }

  /** Resolves when the head may leave; rejects with what made saving fail meanwhile. */
  async passed(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve, reject) => {
      timer = setTimeout(resolve, this.longest);
      this.#refuse = reject;
    });
    await Promise.race([late, this.#opened]).finally(() => clearTimeout(timer));
  }
}
