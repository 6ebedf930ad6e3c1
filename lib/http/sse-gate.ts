/**
 * Server-sent events: the head waits for the first event, the end, or the operation's deadline, so that what the handler
 * does to the session before its first event is saved before anything is seen.
 */
export class SseGate {
  readonly #opened: Promise<void>;
  #open!: () => void;

  /** @param longest milliseconds the head waits at most */
  constructor(private readonly longest: number) {
    this.#opened = new Promise((resolve) => (this.#open = resolve));
  }

  /** Lets the head leave. */
  open(): void {
    this.#open();
  }

  async passed(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.longest);
    });
    await Promise.race([this.#opened, late]);
    clearTimeout(timer);
  }
}
