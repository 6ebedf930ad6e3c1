import type { SessionAddress, SessionStore } from './session-store.js';

/** What can happen to a session or a user. */
export type SessionEventType =
  /** A visitor's session was stored for the first time. */
  | 'created'
  | 'login'
  /** The token was replaced; the session goes on. */
  | 'rotated'
  /** The user has shown once more who they are. */
  | 'elevated'
  /** Roles or attributes of a user, or whether the user is disabled, were changed. */
  | 'changed'
  /** The session's own request ended it. */
  | 'logout'
  /** Ended from elsewhere: another device, an administrator. */
  | 'revoked'
  /** Ended by a newer login of the user, see `maxSessionsPerUser`. */
  | 'evicted'
  /** Ended by its own time. Only with `events: { expired: true }`. */
  | 'expired'
  /** A token was used that had been replaced: somebody holds a copy. */
  | 'theft'
  /** A token, a request or a login was refused. */
  | 'rejected'
  /** The store began to fail, or works again. */
  | 'degraded';

/** All types of events. */
export const SESSION_EVENT_TYPES: readonly SessionEventType[] = [
  'created',
  'login',
  'rotated',
  'elevated',
  'changed',
  'logout',
  'revoked',
  'evicted',
  'expired',
  'theft',
  'rejected',
  'degraded',
];

/** Something that has happened, after Redis has acknowledged it. Holds no token, no data and no address. */
export interface SessionEvent {
  /** What has happened. */
  readonly type: SessionEventType;
  /** When: milliseconds since 1970, by Redis' clock where that is known. */
  readonly at: number;
  /** Id of the app process in which it happened: `SessionEvents.server` there. */
  readonly server: string;
  /** Public name of the session. Undefined where it concerns no session, or all of them. */
  readonly handle?: string;
  /** Id of the user as given to `login()`. Undefined for visitors, and where it concerns everyone. */
  readonly userId?: string;
  /** More about it, in one word; docs/events.md lists them. */
  readonly reason?: string;
  /** Whether a replica holds it, so that a failover can't undo it. Undefined where nobody waited for one. */
  readonly durable?: boolean;
  /** Of 'login': handle of the session in whose place it came. */
  readonly replaces?: string;
  /** Of 'expired': the last use that is known, ms since 1970 by Redis' clock; there may have been a later one. */
  readonly lastSeenAt?: number;
  /** Class of the client's address, as in the list of devices. Never leaves the process in which it happened. */
  readonly ipClass?: string;
}

/** What is told of an event by the place where it happens. */
export type EventDetails = Omit<SessionEvent, 'type' | 'at' | 'server'>;

/** What an event belongs to: those of one home come in order. Undefined: to everyone, or to nobody known. */
export type EventPlace = Pick<SessionAddress, 'home'> & Partial<Pick<SessionAddress, 'selector'>>;

/** Takes events. Nothing in it waits, fails or costs anything while nobody listens. */
export interface EventSink {
  /** Whether anybody would hear of events of this type. */
  wants(type: SessionEventType): boolean;
  /** @param at ms since 1970 by the store's clock @param home of what it belongs to */
  emit(type: SessionEventType, details: EventDetails, at: number, home: string | undefined): void;
}

/** Where events come from. */
interface Source {
  readonly store: SessionStore;
  readonly events: EventSink;
}

/**
 * Tells of something that has happened. Call it once the store has acknowledged it, never before.
 * @param details asked for only where somebody listens
 */
export function tell(
  { store, events }: Source,
  type: SessionEventType,
  place: EventPlace | undefined,
  details: () => EventDetails,
): void {
  if (!events.wants(type)) return;
  const { home, selector = '' } = place ?? {};
  const at = store.now(home === undefined ? undefined : { home, selector });
  events.emit(type, details(), Math.round(at), home);
}

/** Nobody listens. */
export const NO_EVENTS: EventSink = { wants: () => false, emit: () => undefined };
