import type { Seal } from '../core/auth/seal.js';
import type { EventChannel } from '../core/event-channel.js';
import type { SessionEvent } from '../core/session-event.js';
import type { EventHub } from './event-hub.js';
import { streamOf } from '../core/stream-of.js';

/** Events in one message at most. */
const MOST_IN_MESSAGE = 100;
/** Events of one stream that wait while Redis is away; the oldest go. */
const MOST_WAITING = 1000;
/** How long a message is tried. */
const PUBLISH_MS = 5000;
/** Longest wait at shutdown for what is under way. */
const CLOSE_MS = 1000;
/** Processes whose last message is remembered. */
const MOST_ORIGINS = 10_000;

/** A message as it is sent, sealed. */
interface Message {
  /** `server` of the sender. */
  readonly o: string;
  /** Number of the message: counts up, for each sender and stream. */
  readonly n: number;
  readonly e: readonly Omit<SessionEvent, 'server'>[];
}

/** Takes the events of this process to all others, and theirs to this one. Each comes once, however often it was sent. */
export class EventBroadcast {
  readonly #waiting = new Map<number, SessionEvent[]>();
  readonly #sending = new Map<number, Promise<void>>();
  readonly #numbers = new Map<number, number>();
  /** Number of the last message by sender and stream, in the order in which they were heard. */
  readonly #heard = new Map<string, number>();
  #lost = 0;

  /** @param report hears how many events could not be sent */
  constructor(
    private readonly hub: EventHub,
    private readonly channel: EventChannel,
    private readonly seal: Seal,
    private readonly report: (lost: number) => void,
  ) {}

  /** Hears the others and is heard by them from now on. */
  async open(): Promise<void> {
    this.hub.broadcastBy((event, home) => this.#send(event, home));
    await this.channel.open((stream, text) => this.#hear(stream, text));
  }

  /** Sends what waits, for a second at most, and lets go. */
  async close(): Promise<void> {
    this.hub.broadcastBy(undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_MS);
    });
    await Promise.race([Promise.all(this.#sending.values()), late]);
    clearTimeout(timer);
    this.channel.close();
  }

  #send(event: SessionEvent, home: string | undefined): void {
    const stream = streamOf(home, this.channel.streams);
    const waiting = this.#waiting.get(stream) ?? [];
    this.#waiting.set(stream, waiting);
    waiting.push(event);
    if (waiting.length > MOST_WAITING) {
      waiting.shift();
      this.#lost++;
    }
    if (this.#sending.has(stream)) return;
    const sending = this.#drain(stream, waiting).finally(() => this.#sending.delete(stream));
    this.#sending.set(stream, sending);
  }

  /** One message after the other, so that they stay in order; what comes meanwhile goes together. */
  async #drain(stream: number, waiting: SessionEvent[]): Promise<void> {
    // Not in the turn of the request that caused it: its own commands come first.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const events = waiting.splice(0, MOST_IN_MESSAGE);
      const text = this.#write(stream, events);
      try {
        await this.channel.publish(stream, text, performance.now() + PUBLISH_MS);
      } catch {
        this.#lost += events.length;
      }
      if (this.#lost > 0) this.report(this.#lost);
      this.#lost = 0;
    }
  }

  #write(stream: number, events: readonly SessionEvent[]): string {
    const n = (this.#numbers.get(stream) ?? 0) + 1;
    this.#numbers.set(stream, n);
    const e = events.map(({ server: _, ...event }) => event);
    const message: Message = { o: this.hub.server, n, e };
    return this.seal.seal(placeOf(stream), JSON.stringify(message));
  }

  #hear(stream: number, text: string): void {
    // Who may only publish to Redis must not be able to make up events.
    const opened = this.seal.open(placeOf(stream), text);
    if (opened === undefined) return;
    const { o: server, n, e: events } = JSON.parse(opened) as Message;
    if (server === this.hub.server || !this.#isNew(`${server} ${stream}`, n)) return;
    for (const event of events) this.hub.deliver({ ...event, server });
  }

  /** Notes the message; false where it was heard before. */
  #isNew(sender: string, n: number): boolean {
    const last = this.#heard.get(sender) ?? 0;
    if (n <= last) return false;
    this.#heard.delete(sender);
    this.#heard.set(sender, n);
    if (this.#heard.size > MOST_ORIGINS) this.#heard.delete(this.#heard.keys().next().value!);
    return true;
  }
}

function placeOf(stream: number): string {
  return `events ${stream}`;
}
