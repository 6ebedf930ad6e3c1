import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type {
  EventDetails,
  EventSink,
  SessionEvent,
  SessionEventType,
} from '../core/session-event.js';

/** Hears events of this process and, with `cluster`, of all others. */
export interface EventListener {
  hear(event: SessionEvent): void;
  /** The app ends. */
  end(): void;
}

/** Takes events to the other processes. */
export type Broadcast = (event: SessionEvent, home: string | undefined) => void;

/**
 * Reasons of events that stay in their process: what anybody on the network can cause must not cost Redis a command, nor every
 * server a message.
 */
const LOCAL_REASONS: ReadonlySet<string | undefined> = new Set(['junk', 'ambiguous', 'csrf']);

/** Where events come in and go out: told after the code that caused them, so that no request waits for a listener. */
@Injectable()
export class EventHub implements EventSink {
  /** Id of this process in events: random, new with each start. */
  readonly server: string = randomBytes(8).toString('base64url');
  readonly #listeners = new Map<SessionEventType, Set<EventListener>>();
  #waiting: SessionEvent[] = [];
  #broadcast: Broadcast | undefined;
  #closed = false;

  /** Also gives events to other processes, from now on. */
  broadcastBy(broadcast: Broadcast | undefined): void {
    this.#broadcast = broadcast;
  }

  wants(type: SessionEventType): boolean {
    if (this.#closed) return false;
    return this.#listeners.has(type) || (this.#broadcast !== undefined && type !== 'degraded');
  }

  emit(type: SessionEventType, details: EventDetails, at: number, home: string | undefined): void {
    const { ipClass, ...rest } = details;
    const event: SessionEvent = { type, at, server: this.server, ...known(rest) };
    this.deliver(ipClass === undefined ? event : { ...event, ipClass });
    if (type !== 'degraded' && !LOCAL_REASONS.has(rest.reason)) this.#broadcast?.(event, home);
  }

  /** Gives an event to the listeners of this process, once the code that runs now is done. */
  deliver(event: SessionEvent): void {
    if (!this.#listeners.has(event.type)) return;
    this.#waiting.push(Object.freeze(event));
    if (this.#waiting.length === 1) setImmediate(() => this.#flush());
  }

  /** @returns call it to hear no more */
  listen(types: readonly SessionEventType[], listener: EventListener): () => void {
    for (const type of types) {
      const listeners = this.#listeners.get(type) ?? new Set();
      this.#listeners.set(type, listeners.add(listener));
    }
    return () => types.forEach((type) => this.#forget(type, listener));
  }

  /** Tells all listeners what waits, and that nothing more will come. */
  close(): void {
    this.#closed = true;
    this.#flush();
    const listeners = new Set([...this.#listeners.values()].flatMap((some) => [...some]));
    this.#listeners.clear();
    for (const listener of listeners) listener.end();
  }

  #forget(type: SessionEventType, listener: EventListener): void {
    const listeners = this.#listeners.get(type);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(type);
  }

  #flush(): void {
    const events = this.#waiting;
    this.#waiting = [];
    for (const event of events) {
      for (const listener of [...(this.#listeners.get(event.type) ?? [])]) listener.hear(event);
    }
  }
}

/** Without what nobody knows. */
function known(details: EventDetails): EventDetails {
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
}
