import { bySession, ENDS, isAcknowledged, isPresent, nameOf, type Entry } from './history.js';

/** A read that was served by a session whose end had been acknowledged. */
export interface DeadRead {
  readonly read: Entry;
  readonly end: Entry;
  /** Whether the server had heard of the end: by doing it, or by a request that it refused since. */
  readonly wasHeard: boolean;
}

/** All of them in a history. */
export function deadReadsOf(history: readonly Entry[]): DeadRead[] {
  return [...bySession(history).values()].flatMap((entries) =>
    entries.filter(isServedRead).flatMap((read) => deadRead(read, entries) ?? []),
  );
}

function deadRead(read: Entry, entries: readonly Entry[]): DeadRead | undefined {
  const end = entries.find(
    (entry) => ENDS.includes(entry.act) && isAcknowledged(entry) && entry.end < read.begin,
  );
  if (!end) return undefined;
  const wasHeard = entries.some(
    (entry) =>
      entry.server === read.server &&
      (entry === end || (isRefusedRead(entry) && entry.begin > end.end && entry.end < read.begin)),
  );
  return { read, end, wasHeard };
}

/** In words. */
export function nameOfDeadRead({ read, end }: DeadRead): string {
  return `${nameOf(read)} after ${nameOf(end)}`;
}

function isServedRead(entry: Entry): boolean {
  return entry.act === 'read' && isAcknowledged(entry) && isPresent(entry);
}

function isRefusedRead(entry: Entry): boolean {
  return entry.act === 'read' && isAcknowledged(entry) && !isPresent(entry);
}
