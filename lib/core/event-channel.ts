/**
 * Carries texts to every process of the app, this one included. A text may be lost (a hint, not a record), and may come twice or
 * out of order where the store had to be asked again.
 */
export abstract class EventChannel {
  /** Number of streams; texts of one stream keep their order as far as anything does. */
  abstract readonly streams: number;

  /** Begins to hear, and hears from then on through failovers. Does not reject: what can't be heard now is heard later. */
  abstract open(hear: (stream: number, text: string) => void): Promise<void>;

  /**
   * Sends a text to all that hear.
   * @param stream from 0 to `streams` - 1
   * @param deadline `performance.now()` milliseconds
   */
  abstract publish(stream: number, text: string, deadline: number): Promise<void>;

  /** Hears no more, and lets go of connections. */
  abstract close(): void;
}
