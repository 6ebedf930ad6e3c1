import type { SessionEventType } from '../core/session-event.js';

const TYPES = 'nest-session:events';

/** Notes on a prototype that its method takes events. A subclass that overrides the method takes them too. */
export function noteEventHandler(
  prototype: object,
  method: string | symbol,
  types: readonly SessionEventType[],
): void {
  const before = eventsOf(prototype, method);
  Reflect.defineMetadata(TYPES, [...new Set([...before, ...types])], prototype, method);
}

/** Types of events that a method takes; none where it is no handler. */
export function eventsOf(prototype: object, method: string | symbol): readonly SessionEventType[] {
  return (
    (Reflect.getMetadata(TYPES, prototype, method) as readonly SessionEventType[] | undefined) ?? []
  );
}
