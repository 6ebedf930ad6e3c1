import { SessionOptionsError } from '../core/errors.js';
import { SESSION_EVENT_TYPES, type SessionEventType } from '../core/session-event.js';
import { noteEventHandler } from '../events/event-handler-notes.js';

/**
 * Calls a method of a provider or controller with each event of these types. What it throws is logged and breaks nothing; nobody
 * waits for it.
 *
 * @example @OnSessionEvent('login') welcome(event: SessionEvent) {}
 */
export function OnSessionEvent(...types: SessionEventType[]): MethodDecorator {
  const unknown = types.find((type) => !SESSION_EVENT_TYPES.includes(type));
  if (types.length === 0 || unknown !== undefined) {
    const given = unknown === undefined ? 'names no event' : `'${unknown}' is no event`;
    throw new SessionOptionsError([
      `@OnSessionEvent(): ${given}. There are ${SESSION_EVENT_TYPES.join(', ')}.`,
    ]);
  }
  return (target, method) => noteEventHandler(target, method, types);
}
