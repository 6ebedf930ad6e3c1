import { deadReadsOf, nameOfDeadRead } from './dead-reads.js';
import {
  bySession,
  ENDS,
  isAcknowledged,
  isPresent,
  isUnsure,
  mayBeDone,
  nameOf,
  type Act,
  type Entry,
} from './history.js';

/** What may never happen: one text for each time it did, by rule. */
export interface Violations {
  /** A read was served by a session after its end had been acknowledged. */
  readonly revived: readonly string[];
  /** A read showed what another client wrote, or another user. */
  readonly wrongUser: readonly string[];
  /** One operation was done twice. */
  readonly doubled: readonly string[];
  /** A write was executed after its caller had been told of the error. */
  readonly late: readonly string[];
  /** A session was read as missing, and was there afterwards. */
  readonly missing: readonly string[];
  /** What a replica had acknowledged was gone. */
  readonly lostDurable: readonly string[];
}

/** What a history shows. */
export interface Judgement extends Violations {
  /** Acknowledged writes, and sessions, that no replica had acknowledged and that were gone: asynchronous replication loses them. */
  readonly lostAsync: readonly string[];
}

const RENEWALS: readonly Act[] = ['elevate', 'rotate'];

/**
 * Judges every session of a history by itself.
 * @param executions when Redis executed the write of a value: ms since 1970
 */
export function judge(
  history: readonly Entry[],
  executions: ReadonlyMap<string, readonly number[]> = new Map(),
): Judgement {
  const roles = rolesByOwner(history);
  const found = [...bySession(history).values()].map((entries) =>
    judgeSession(entries, roles.get(entries[0]!.owner) ?? []),
  );
  return {
    revived: deadReadsOf(history).map(nameOfDeadRead),
    wrongUser: found.flatMap(({ wrongUser }) => wrongUser),
    doubled: found.flatMap(({ doubled }) => doubled),
    missing: found.flatMap(({ missing }) => missing),
    lostDurable: found.flatMap(({ lostDurable }) => lostDurable),
    lostAsync: found.flatMap(({ lostAsync }) => lostAsync),
    late: lateOf(history, executions),
  };
}

/** A role is its user's: one session shows what was set by another. */
function rolesByOwner(history: readonly Entry[]): Map<string, Entry[]> {
  const roles = new Map<string, Entry[]>();
  for (const entry of ofAct(history, 'roles')) {
    roles.set(entry.owner, [...(roles.get(entry.owner) ?? []), entry]);
  }
  return roles;
}

/** @param roles all that were given to the session's user */
function judgeSession(
  entries: readonly Entry[],
  roles: readonly Entry[],
): Omit<Judgement, 'late' | 'revived'> {
  const reads = entries.filter((entry) => entry.act === 'read' && isAcknowledged(entry));
  const lost = [
    ...lostSession(entries, reads),
    ...lostValues(ofAct(entries, 'write'), reads, ({ sight }) => sight?.mark),
    ...lostValues(ofAct(entries, 'roles'), reads, ({ sight }) => sight?.role, roles),
    ...lostAppends(ofAct(entries, 'append'), reads),
    ...lostIncrements(ofAct(entries, 'increment'), reads),
  ];
  return {
    wrongUser: reads.filter(showsAnother).map(nameOf),
    doubled: reads.flatMap((read) => doubledIn(read, entries)),
    missing: reads.filter((read) => wasMissed(read, entries, reads)).map(nameOf),
    lostDurable: lost.filter(({ durable }) => durable === true).map(nameOf),
    lostAsync: lost.filter(({ durable }) => durable !== true).map(nameOf),
  };
}

function showsAnother({ owner, sight }: Entry): boolean {
  const shown = [sight?.mark, sight?.user, sight?.role, ...(sight?.log ?? [])];
  return shown.some((text) => text !== undefined && !text.startsWith(owner));
}

function doubledIn(read: Entry, entries: readonly Entry[]): string[] {
  const log = read.sight?.log ?? [];
  const twice = log.filter((value, at) => log.indexOf(value) !== at);
  const most = ofAct(entries, 'increment').filter(
    (entry) => mayBeDone(entry) && entry.begin < read.end,
  ).length;
  const over = (read.sight?.count ?? 0) - most;
  return [...twice, ...(over > 0 ? [`${over} increments too many in ${nameOf(read)}`] : [])];
}

/** Absent although nothing had ended it, and present in a later read. */
function wasMissed(read: Entry, entries: readonly Entry[], reads: readonly Entry[]): boolean {
  if (!isWronglyAbsent(read, entries)) return false;
  return reads.some((later) => later.begin > read.end && isPresent(later));
}

function isWronglyAbsent(read: Entry, entries: readonly Entry[]): boolean {
  if (isPresent(read) || !beginningOf(entries, read)) return false;
  return !entries.some((entry) => mayEnd(entry) && entry.begin < read.end);
}

/** What made the session, acknowledged before the read was sent. */
function beginningOf(entries: readonly Entry[], read: Entry): Entry | undefined {
  return entries.find(
    (entry) =>
      (entry.act === 'login' || entry.act === 'write') &&
      isAcknowledged(entry) &&
      entry.end < read.begin,
  );
}

/** An end that may have been done, or a new secret that never reached its client. */
function mayEnd(entry: Entry): boolean {
  return (
    (ENDS.includes(entry.act) && mayBeDone(entry)) ||
    (RENEWALS.includes(entry.act) && isUnsure(entry))
  );
}

/** What made the session, where it was gone for good. */
function lostSession(entries: readonly Entry[], reads: readonly Entry[]): Entry[] {
  const last = reads.at(-1);
  if (!last || !isWronglyAbsent(last, entries)) return [];
  const beginning = beginningOf(entries, last);
  return beginning ? [beginning] : [];
}

/**
 * Acknowledged writes of a register that a read should have shown, and showed an older value instead. A value's own write is
 * over when its client was answered: an error too means that it is not done any more.
 * @param all writes of that register, by other sessions too
 */
function lostValues(
  writes: readonly Entry[],
  reads: readonly Entry[],
  valueOf: (read: Entry) => string | undefined,
  all: readonly Entry[] = writes,
): Entry[] {
  const lost = new Set<Entry>();
  for (const read of reads.filter(isPresent)) {
    const shown = all.find(({ value }) => value === valueOf(read));
    for (const write of writes) {
      const newer = shown === undefined || write.begin > shown.end;
      if (isAcknowledged(write) && newer && write.end < read.begin) lost.add(write);
    }
  }
  return [...lost];
}

/** Acknowledged entries of a list that a read did not show. The list keeps its newest: older ones may be cut off. */
function lostAppends(appends: readonly Entry[], reads: readonly Entry[]): Entry[] {
  const lost = new Set<Entry>();
  for (const read of reads.filter(isPresent)) {
    const log = read.sight?.log ?? [];
    const oldest = appends.find(({ value }) => value === log[0]);
    for (const append of appends) {
      const kept = log.length < LOG_LENGTH || (oldest && append.begin > oldest.end);
      if (!isAcknowledged(append) || !kept || append.end >= read.begin) continue;
      if (!log.includes(append.value!)) lost.add(append);
    }
  }
  return [...lost];
}

/** The list of a session keeps so many entries. */
export const LOG_LENGTH = 40;

/** As many of the acknowledged increments as the smallest count shows to be gone: the last ones, for want of a name. */
function lostIncrements(increments: readonly Entry[], reads: readonly Entry[]): Entry[] {
  let lost: Entry[] = [];
  for (const read of reads.filter(isPresent)) {
    const due = increments.filter((entry) => isAcknowledged(entry) && entry.end < read.begin);
    const gone = due.length - (read.sight?.count ?? 0);
    if (gone > lost.length) lost = due.slice(-gone);
  }
  return lost;
}

/** Both clocks are cut to the millisecond. */
const CLOCK_MS = 2;

function lateOf(
  history: readonly Entry[],
  executions: ReadonlyMap<string, readonly number[]>,
): string[] {
  return history.filter(isUnsure).flatMap((entry) => {
    const last = Math.max(-Infinity, ...(executions.get(entry.value ?? '') ?? []));
    const after = last - entry.end;
    return after > CLOCK_MS ? [`${nameOf(entry)}: ${after.toFixed(0)} ms after its error`] : [];
  });
}

function ofAct(entries: readonly Entry[], act: Act): Entry[] {
  return entries.filter((entry) => entry.act === act);
}
