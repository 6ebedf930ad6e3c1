import {
  UserRecordStore,
  type Admission,
  type AdmitResult,
  type ForgetResult,
  type RecordResult,
  type Removal,
  type RemovalResult,
} from '../core/auth/user-record-store.js';
import type { RecordField, UserRecordTexts, UserTexts } from '../core/auth/user-texts.js';
import { SessionEndedError } from '../core/errors.js';
import type { Operation } from '../core/operation.js';
import { MemoryUserRecord } from './memory-user-record.js';
import { requireInTime } from './require-in-time.js';

const APPLIED: RecordResult = { applied: true, durable: false };
const ABSENT: RemovalResult = { applied: false, durable: false, removed: [] };

/** The records of users in the memory of this process. */
export class MemoryUserRecords extends UserRecordStore {
  readonly #now: () => number;
  readonly #records = new Map<string, MemoryUserRecord>();
  #everyoneRevokedAt = 0;
  #everyoneRevokedBy: string | undefined;

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
    const { fields, entries } = this.#texts(home);
    return { fields, entry: entries.get(selector) };
  }

  async read(home: string, deadline: number): Promise<UserRecordTexts> {
    requireInTime(deadline);
    return this.#texts(home);
  }

  async admit(home: string, admission: Admission, operation: Operation): Promise<AdmitResult> {
    const record = this.#open(home, operation);
    const { selector, fields, replaces, most, atLimit } = admission;
    const answer = record.answerOf(operation);
    if (record.textOf(selector) !== undefined) return admitted(record, answer ?? []);
    // Admitted by an earlier sending, and struck off since.
    if (answer) throw new SessionEndedError('revoked');
    if (record.fields.has('d')) return { status: 'refused', reason: 'disabled' };
    const gone = new Set([replaces, ...(atLimit?.dead ?? [])]);
    const stay = record.names.filter((name) => !gone.has(name));
    const excess = stay.length + 1 - most;
    if (excess > 0 && !atLimit) return { status: 'full', listed: stay };
    if (excess > 0 && (atLimit!.evict === 'nobody' || most < 1)) {
      return { status: 'refused', reason: 'limit' };
    }
    const first = typeof atLimit?.evict === 'object' ? atLimit.evict.first : [];
    const evicted = record.inOrder(stay, first).slice(0, Math.max(0, excess));
    const now = this.#now();
    record.strike(evicted, 'evicted', now);
    if (replaces !== undefined) record.strike([replaces], 'login', now);
    record.strike(atLimit?.dead ?? [], undefined, now);
    for (const [field, text] of fields) record.fields.set(field, text);
    record.list(selector, admission.entry);
    this.#finish(home, record, operation, evicted);
    return admitted(record, evicted);
  }

  async replaceEntry(
    home: string,
    selector: string,
    from: string,
    to: string,
    operation: Operation,
  ): Promise<RecordResult> {
    const record = this.#open(home, operation);
    if (record.answerOf(operation)) return APPLIED;
    if (record.textOf(selector) !== from) return { applied: false, durable: false };
    record.list(selector, to);
    this.#finish(home, record, operation, []);
    return APPLIED;
  }

  async strike(home: string, removal: Removal, operation: Operation): Promise<RemovalResult> {
    const { selectors, except, reason, disabled } = removal;
    const record = this.#open(home, operation);
    const answer = record.answerOf(operation);
    if (answer) return { ...APPLIED, removed: answer };
    const removed = record.names.filter(
      (name) => name !== except && (selectors === undefined || selectors.includes(name)),
    );
    if (removed.length === 0 && disabled === undefined) return ABSENT;
    record.strike(removed, reason, this.#now());
    if (disabled !== undefined) record.fields.set('d', disabled);
    this.#finish(home, record, operation, removed);
    return { ...APPLIED, removed };
  }

  async write(
    home: string,
    fields: ReadonlyMap<RecordField, string | null>,
    operation: Operation,
  ): Promise<RecordResult> {
    const record = this.#open(home, operation);
    if (record.answerOf(operation)) return APPLIED;
    if (record.names.length === 0 && !record.fields.has('d')) {
      return { applied: false, durable: false };
    }
    for (const [field, text] of fields) {
      if (text === null) record.fields.delete(field);
      else record.fields.set(field, text);
    }
    this.#finish(home, record, operation, []);
    return APPLIED;
  }

  async forget(home: string, operation: Operation): Promise<ForgetResult> {
    const record = this.#open(home, operation);
    const answer = record.answerOf(operation);
    if (answer) return { ...APPLIED, removed: answer, ended: [] };
    if (record.isEmpty) return { ...ABSENT, ended: [] };
    this.#finish(home, new MemoryUserRecord(), operation, record.names);
    return { ...APPLIED, removed: record.names, ended: record.ended };
  }

  async revokeEveryone(operation: Operation): Promise<RecordResult> {
    requireInTime(operation.deadline);
    if (this.#everyoneRevokedBy === operation.id) return APPLIED;
    this.#everyoneRevokedBy = operation.id;
    this.#everyoneRevokedAt = Math.max(this.#everyoneRevokedAt, this.#now());
    return APPLIED;
  }

  /** Drops records whose time has passed. */
  sweep(): void {
    const now = this.#now();
    for (const [home, record] of this.#records) if (record.isOver(now)) this.#records.delete(home);
  }

  /** The record without what has ended; a new one where there is none. */
  #open(home: string, { deadline }: Operation): MemoryUserRecord {
    requireInTime(deadline);
    const now = this.#now();
    const record = this.#records.get(home);
    if (!record || record.isOver(now)) return new MemoryUserRecord();
    record.tidy(now);
    return record;
  }

  #finish(
    home: string,
    record: MemoryUserRecord,
    operation: Operation,
    removed: readonly string[],
  ): void {
    record.finish(operation, removed, this.#now());
    this.#records.set(home, record);
  }

  #texts(home: string): UserRecordTexts {
    const record = this.#records.get(home);
    if (record && !record.isOver(this.#now())) return record.texts();
    return { fields: new Map(), entries: new Map() };
  }
}

function admitted({ fields }: MemoryUserRecord, evicted: readonly string[]): AdmitResult {
  const said = new Map([...fields].filter(([field]) => field !== 'd'));
  return { status: 'admitted', evicted, fields: said, durable: false };
}
