import { missingRight } from './missing-right.js';

/** Every request may meet the same refusal. */
const SILENT_MS = 60_000;

/** Tells of rights that Redis refuses to the app's user, each once a minute. */
export class RefusalLog {
  /** `performance.now()` by sentence; as many as there are commands. */
  readonly #told = new Map<string, number>();

  constructor(private readonly tell: (sentence: string) => void) {}

  /** An error of any command or connection. */
  readonly note = (error: unknown): void => {
    const sentence = missingRight(error);
    if (sentence === undefined) return;
    const now = performance.now();
    if (now - (this.#told.get(sentence) ?? -Infinity) < SILENT_MS) return;
    this.#told.set(sentence, now);
    this.tell(sentence);
  };
}
