import { isAcknowledged, type Entry } from './history.js';

/** Milliseconds, by how many requests out of a hundred took no longer. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Latency from when the requests were due. */
export function latencyOf(entries: readonly Entry[]): Latency {
  const sorted = entries.map(({ end, intended }) => end - intended).sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** Longest time from sending a request to its answer. */
export function longestOf(entries: readonly Entry[]): number {
  return Math.max(0, ...entries.map(({ begin, end }) => end - begin));
}

/** Requests that were due in a time. */
export function dueIn(entries: readonly Entry[], from: number, to: number = Infinity): Entry[] {
  return entries.filter(({ intended }) => intended >= from && intended < to);
}

/** Answers that are an error for the user: of the store, or none at all. */
export function failuresOf(entries: readonly Entry[]): Entry[] {
  return entries.filter(({ status }) => status === 0 || status >= 500);
}

/** How many answers of each kind, for a report: `503: 12, no answer: 1`. */
export function kindsOf(entries: readonly Entry[]): string {
  const counts = new Map<string, number>();
  for (const { status, code } of entries) {
    const kind = status === 0 ? 'no answer' : `${status}${code ? ` ${code}` : ''}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${kind}: ${count}`).join(', ') || 'none';
}

/** Milliseconds from the fault until every later request of the shard was answered well: 0 where none was not. */
export function recoveryOf(entries: readonly Entry[], fault: number): number {
  const failed = failuresOf(entries.filter(({ end }) => end >= fault));
  return Math.max(0, ...failed.map(({ end }) => end - fault));
}

/** Milliseconds from the fault until a request sent after it was answered well; Infinity where none was. */
export function firstServedAfter(entries: readonly Entry[], fault: number): number {
  const served = entries.filter((entry) => entry.begin > fault && isAcknowledged(entry));
  return Math.min(Infinity, ...served.map(({ end }) => end - fault));
}
