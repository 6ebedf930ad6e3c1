import {
  UserRecordStore,
  type Admission,
  type AdmitResult,
  type RecordResult,
  type Removal,
  type RemovalResult,
} from '../core/auth/user-record-store.js';
import type { RecordField, UserRecordTexts, UserTexts } from '../core/auth/user-texts.js';
import type { SessionEndReason } from '../core/errors.js';
import type { Operation } from '../core/operation.js';
import { requireInTime } from './require-in-time.js';

/** A session's entry. */
interface Listed {
  readonly text: string;
  readonly created: number;
  readonly end: number;
}

/** What is remembered of a session that was struck off. */
interface Word {
  readonly reason: SessionEndReason;
  readonly end: number;
}

interface UserRecord {
  readonly fields: Map<RecordField, string>;
  readonly listed: Map<string, Listed>;
  readonly words: Map<string, Word>;
}

const WORD_MS = 3_600_000;
const MOST_WORDS = 64;

/** The records of users in the memory of this process. */
export class MemoryUserRecords extends UserRecordStore {
  readonly #now: () => number;
  readonly #records = new Map<string, UserRecord>();
  #everyoneRevokedAt = 0;

  /** @param now milliseconds since 1970 */
  constructor(now: () => number) {
    super();
    this.#now = now;
  }

  get everyoneRevokedAt(): number {
    return this.#everyoneRevokedAt;
  }

  /** What the record says of one session. */
  textsOf(home: string, selector: string): UserTexts {
    const record = this.#find(home);
    const listed = record?.listed.get(selector)?.text;
    const word = record?.words.get(selector);
    const entry = listed ?? (word && `!${word.reason} ${word.end} `);
    return { fields: new Map(record?.fields ?? []), entry };
  }

  async read(home: string, deadline: number): Promise<UserRecordTexts> {
    requireInTime(deadline);
    const record = this.#find(home);
    const entries = new Map<string, string>();
    for (const selector of [...(record?.listed.keys() ?? []), ...(record?.words.keys() ?? [])]) {
      entries.set(selector, this.textsOf(home, selector).entry!);
    }
    return { fields: new Map(record?.fields ?? []), entries };
  }

  async admit(home: string, admission: Admission, operation: Operation): Promise<AdmitResult> {
    requireInTime(operation.deadline);
    const record = this.#find(home) ?? newRecord();
    if (record.fields.has('d')) return { status: 'refused', reason: 'disabled' };
    const { selector, entry, fields, replaces, most, atLimit } = admission;
    const now = this.#now();
    const dead = new Set(atLimit?.dead);
    const stay = [...record.listed].filter(
      ([name, { end }]) => name !== replaces && !dead.has(name) && end > now,
    );
    const excess = stay.length + 1 - most;
    if (excess > 0 && !atLimit) return { status: 'full', listed: stay.map(([name]) => name) };
    if (excess > 0 && (atLimit!.evict === 'nobody' || most < 1)) {
      return { status: 'refused', reason: 'limit' };
    }
    const first = typeof atLimit?.evict === 'object' ? atLimit.evict.first : [];
    const evicted = inOrder(stay, first).slice(0, Math.max(0, excess));
    for (const [name] of [...record.listed]) {
      if (evicted.includes(name)) this.#strike(record, name, 'evicted');
      else if (name === replaces) this.#strike(record, name, 'login');
      else if (!stay.some(([staying]) => staying === name)) record.listed.delete(name);
    }
    for (const [field, text] of fields) record.fields.set(field, text);
    record.listed.set(selector, { text: entry, ...timesIn(entry) });
    this.#records.set(home, record);
    return { status: 'admitted', evicted, fields: new Map(record.fields), durable: false };
  }

  async replaceEntry(
    home: string,
    selector: string,
    from: string,
    to: string,
    operation: Operation,
  ): Promise<RecordResult> {
    requireInTime(operation.deadline);
    const record = this.#find(home);
    if (record?.listed.get(selector)?.text !== from) return { applied: false, durable: false };
    record.listed.set(selector, { text: to, ...timesIn(to) });
    return { applied: true, durable: false };
  }

  async strike(home: string, removal: Removal, operation: Operation): Promise<RemovalResult> {
    requireInTime(operation.deadline);
    const { selectors, except, reason, disabled } = removal;
    const record = this.#find(home) ?? newRecord();
    const removed = [...record.listed.keys()].filter(
      (name) => name !== except && (selectors === undefined || selectors.includes(name)),
    );
    for (const name of removed) this.#strike(record, name, reason);
    if (disabled !== undefined) {
      record.fields.set('d', disabled);
      this.#records.set(home, record);
    }
    return { applied: removed.length > 0 || disabled !== undefined, durable: false, removed };
  }

  async write(
    home: string,
    fields: ReadonlyMap<RecordField, string | null>,
    operation: Operation,
  ): Promise<RecordResult> {
    requireInTime(operation.deadline);
    const record = this.#find(home);
    if (!record || (record.listed.size === 0 && !record.fields.has('d'))) {
      return { applied: false, durable: false };
    }
    for (const [field, text] of fields) {
      if (text === null) record.fields.delete(field);
      else record.fields.set(field, text);
    }
    return { applied: true, durable: false };
  }

  async forget(home: string, operation: Operation): Promise<RemovalResult> {
    requireInTime(operation.deadline);
    const record = this.#find(home);
    this.#records.delete(home);
    const removed = [...(record?.listed.keys() ?? [])];
    return { applied: record !== undefined, durable: false, removed };
  }

  async revokeEveryone(operation: Operation): Promise<RecordResult> {
    requireInTime(operation.deadline);
    this.#everyoneRevokedAt = Math.max(this.#everyoneRevokedAt, this.#now());
    return { applied: true, durable: false };
  }

  /** Drops records whose time has passed. */
  sweep(): void {
    for (const home of this.#records.keys()) this.#find(home);
  }

  #strike(record: UserRecord, selector: string, reason: SessionEndReason | undefined): void {
    const { end } = record.listed.get(selector)!;
    record.listed.delete(selector);
    if (reason === undefined) return;
    record.words.set(selector, { reason, end: Math.min(end, this.#now() + WORD_MS) });
    if (record.words.size > MOST_WORDS) record.words.delete(record.words.keys().next().value!);
  }

  /** The record, without what has ended; undefined where nothing is left of it. */
  #find(home: string): UserRecord | undefined {
    const record = this.#records.get(home);
    if (!record) return undefined;
    const now = this.#now();
    for (const [name, { end }] of record.listed) if (end <= now) record.listed.delete(name);
    for (const [name, { end }] of record.words) if (end <= now) record.words.delete(name);
    if (record.listed.size > 0 || record.words.size > 0 || record.fields.has('d')) return record;
    this.#records.delete(home);
    return undefined;
  }
}

function newRecord(): UserRecord {
  return { fields: new Map(), listed: new Map(), words: new Map() };
}

/** An entry begins with when its session was created and when it ends. */
function timesIn(entry: string): { created: number; end: number } {
  const [created, end] = entry.split(' ', 2).map(Number);
  return { created: created!, end: end! };
}

/** Names as they are evicted: those of `first` in its order, then the oldest. */
function inOrder(listed: readonly [string, Listed][], first: readonly string[]): string[] {
  const rank = (name: string): number => {
    const at = first.indexOf(name);
    return at < 0 ? Infinity : at;
  };
  return [...listed]
    .sort(([a, { created: olderA }], [b, { created: olderB }]) => {
      const ranks = [rank(a), rank(b)] as const;
      return ranks[0] === ranks[1] ? olderA - olderB : ranks[0] - ranks[1];
    })
    .map(([name]) => name);
}
