import type {
  Admission,
  AdmitResult,
  Removal,
  RemovalResult,
  UserRecordStore,
} from '../../lib/core/auth/user-record-store.js';
import type { RecordField } from '../../lib/core/auth/user-texts.js';
import type { Operation } from '../../lib/core/operation.js';
import {
  newHome,
  newSelector,
  newUserAddress,
  operation,
  type StoreUser,
} from './store-under-test.js';

const HOUR = 3_600_000;

/** What tests of user records do most, each call with an operation of its own. */
export class RecordUser {
  constructor(readonly sessions: StoreUser) {}

  get records(): UserRecordStore {
    return this.sessions.store.users;
  }

  /** Ms since 1970 by the clock of the home's node, whole. */
  async now(home: string): Promise<number> {
    const now = await this.sessions.store.learnNow(newUserAddress(home), operation().deadline);
    return Math.floor(now);
  }

  /** An entry that ends so many ms from now. */
  async entry(home: string, lasts: number = HOUR, created?: number): Promise<string> {
    const now = await this.now(home);
    return `${created ?? now} ${now + lasts} sealed-${newSelector()}`;
  }

  /** A home whose record lists so many sessions, the oldest first. */
  async home(count: number): Promise<{ home: string; names: string[] }> {
    const home = newHome();
    const names: string[] = [];
    for (let at = 0; at < count; at++) names.push(await this.listed(home, { created: 1000 + at }));
    return { home, names };
  }

  /** Lists one more session. @returns its selector */
  async listed(home: string, given: { lasts?: number; created?: number } = {}): Promise<string> {
    const selector = newSelector();
    const entry = await this.entry(home, given.lasts, given.created);
    const result = await this.admit(home, { selector, entry });
    if (result.status !== 'admitted') throw new Error(result.status);
    return selector;
  }

  async admit(
    home: string,
    given: Partial<Admission> = {},
    once: Operation = operation(),
  ): Promise<AdmitResult> {
    const admission: Admission = {
      selector: newSelector(),
      entry: given.entry ?? (await this.entry(home)),
      fields: new Map(),
      replaces: undefined,
      most: Infinity,
      atLimit: undefined,
      ...given,
    };
    return this.records.admit(home, admission, once);
  }

  strike(home: string, removal: Removal, once: Operation = operation()): Promise<RemovalResult> {
    return this.records.strike(home, removal, once);
  }

  write(home: string, fields: Partial<Record<RecordField, string | null>>): Promise<unknown> {
    const given = Object.entries(fields) as [RecordField, string | null][];
    return this.records.write(home, new Map(given), operation());
  }

  /** Selectors that are listed, and what is said of those that were struck off, less its end. */
  async entries(home: string): Promise<{ listed: string[]; words: Record<string, string> }> {
    const { entries } = await this.records.read(home, operation().deadline);
    const all = [...entries];
    const words = all.filter(([, text]) => text.startsWith('!'));
    return {
      listed: all
        .filter(([, text]) => !text.startsWith('!'))
        .map(([name]) => name)
        .sort(),
      words: Object.fromEntries(words.map(([name, text]) => [name, text.split(' ')[0]!.slice(1)])),
    };
  }

  async fields(home: string): Promise<Record<string, string>> {
    return Object.fromEntries((await this.records.read(home, operation().deadline)).fields);
  }
}
