import type { RecordField, UserRecordTexts } from '../core/auth/user-texts.js';
import type { SessionEndReason } from '../core/errors.js';
import type { Operation } from '../core/operation.js';

/** A session's entry. */
interface Listed {
  readonly text: string;
  readonly created: number;
  readonly end: number;
}

/** What is remembered of a session that was struck off. */
interface Word {
  readonly name: string;
  readonly reason: SessionEndReason;
  readonly end: number;
}

/** What a write answered, for as long as it may be sent again. */
interface Answer {
  readonly removed: readonly string[];
  readonly until: number;
}

const WORD_MS = 3_600_000;
const MOST_WORDS = 64;
/** The least a record stays after a write. */
const LEAST_MS = 60_000;
/** Writes are remembered so much longer than their deadline, as in Redis. */
const REMEMBERED_LONGER_MS = 1000;

/** One user's record. Times are milliseconds since 1970. */
export class MemoryUserRecord {
  readonly fields: Map<RecordField, string> = new Map();
  readonly #listed = new Map<string, Listed>();
  #words: readonly Word[] = [];
  readonly #answers = new Map<string, Answer>();
  /** When the record goes, unless its user is disabled. */
  #end = 0;

  /** Selectors of the sessions that are listed. */
  get names(): readonly string[] {
    return [...this.#listed.keys()];
  }

  /** Selectors of the sessions whose end is remembered. */
  get ended(): readonly string[] {
    return this.#words.map(({ name }) => name);
  }

  /** Whether it says nothing of any session or user. */
  get isEmpty(): boolean {
    return this.fields.size === 0 && this.#listed.size === 0 && this.#words.length === 0;
  }

  isOver(now: number): boolean {
    return !this.fields.has('d') && this.#end <= now;
  }

  /** What an earlier sending of the operation struck off; undefined where there was none. */
  answerOf({ id }: Operation): readonly string[] | undefined {
    return this.#answers.get(id)?.removed;
  }

  textOf(selector: string): string | undefined {
    return this.#listed.get(selector)?.text;
  }

  /** An entry begins with when its session was created and when it ends. */
  list(selector: string, text: string): void {
    const [created, end] = text.split(' ', 2).map(Number);
    this.#listed.set(selector, { text, created: created!, end: end! });
  }

  /** @param reason what is remembered of them; undefined: nothing */
  strike(names: readonly string[], reason: SessionEndReason | undefined, now: number): void {
    for (const name of names) {
      const entry = this.#listed.get(name);
      if (!entry) continue;
      this.#listed.delete(name);
      if (reason === undefined) continue;
      this.#words = [...this.#words, { name, reason, end: Math.min(entry.end, now + WORD_MS) }];
    }
  }

  /** Names as they are evicted: those of `first` in its order, then the oldest. */
  inOrder(names: readonly string[], first: readonly string[]): string[] {
    const rank = (name: string): number => {
      const at = first.indexOf(name);
      return at < 0 ? first.length : at;
    };
    const created = (name: string): number => this.#listed.get(name)!.created;
    return [...names].sort((a, b) => rank(a) - rank(b) || created(a) - created(b));
  }

  /** Drops what has ended. */
  tidy(now: number): void {
    for (const [name, { end }] of this.#listed) if (end <= now) this.#listed.delete(name);
    for (const [id, { until }] of this.#answers) if (until < now) this.#answers.delete(id);
    this.#words = this.#words.filter(({ end }) => end > now);
  }

  /** Call when a write is through. Of words the 64 that last longest stay. */
  finish({ id, deadline }: Operation, removed: readonly string[], now: number): void {
    const until = now + deadline - performance.now() + REMEMBERED_LONGER_MS;
    this.#answers.set(id, { removed, until });
    this.#words = [...this.#words].sort((a, b) => b.end - a.end).slice(0, MOST_WORDS);
    const ends = [...this.#listed.values(), ...this.#words].map(({ end }) => end);
    this.#end = Math.max(now + LEAST_MS, ...ends);
  }

  texts(): UserRecordTexts {
    const entries = new Map<string, string>();
    for (const { name, reason, end } of this.#words) entries.set(name, `!${reason} ${end}`);
    for (const [name, { text }] of this.#listed) entries.set(name, text);
    return { fields: new Map(this.fields), entries };
  }
}
