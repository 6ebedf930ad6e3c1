import { MemorySecret } from './memory-secret.js';
import { AUTH_FIELD, FLASH_FIELD, VERSION_FIELD } from '../core/own-fields.js';
import type {
  CommitResult,
  FieldChange,
  Lifetimes,
  SessionDescription,
  SessionRecord,
  SessionTimes,
  StoreLimits,
} from '../core/session-store.js';

/** A write as a session remembers it. */
export interface Write {
  /** The operation's id. */
  readonly id: string;
  /** Which of the operation's attempts this is. */
  readonly attempt: number;
  /** Until when it is remembered: milliseconds since 1970. */
  readonly until: number;
}

/** The library's own fields: read with every request, and not counted as the app's. */
const OWN_FIELDS: readonly string[] = [FLASH_FIELD, VERSION_FIELD, AUTH_FIELD];

/** A living session as texts. Every method is one step; times are milliseconds since 1970. */
export class MemorySession {
  readonly secret: MemorySecret;

  readonly #fields: Map<string, string>;
  readonly #lifetimes: Lifetimes;
  readonly #createdAt: number;
  #touchedAt: number;
  #returnedAt = 0;
  #bytes = 0;
  #writes: readonly Write[];

  constructor(
    digest: string,
    lifetimes: Lifetimes,
    fields: ReadonlyMap<string, string>,
    write: Write,
    now: number,
  ) {
    this.secret = new MemorySecret(digest, now);
    const { idle, absolute, away } = lifetimes;
    this.#lifetimes = { idle, absolute, away };
    this.#fields = new Map(fields);
    for (const [name, text] of fields) this.#bytes += sizeOf(name, text);
    this.#createdAt = now;
    this.#touchedAt = now;
    this.#writes = [write];
  }

  /** When it ends, if nobody touches it. */
  get end(): number {
    return Math.min(this.#touchedAt + this.#lifetimes.idle, this.times.absoluteEnd);
  }

  get times(): SessionTimes {
    const { idle, absolute } = this.#lifetimes;
    const createdAt = this.#createdAt;
    return { createdAt, absoluteEnd: createdAt + absolute, idle, touchedAt: this.#touchedAt };
  }

  /** The named fields and the library's own, or all, for a token with this digest. */
  read(digest: string, names: readonly string[] | undefined, now: number): SessionRecord {
    const { times, secret } = this;
    const { away } = this.#lifetimes;
    return {
      times,
      secret: secret.stateFor(digest),
      returns: away === undefined ? undefined : { away, returnedAt: this.#returnedAt },
      fields: this.#copy(names),
      touchDue: this.#touchDue(now) || secret.isFirstUse(digest),
    };
  }

  /** Texts of those of the fields that are there. */
  textsOf(fields: readonly string[]): Map<string, string> {
    return new Map([...this.#fields].filter(([field]) => fields.includes(field)));
  }

  /** Replaces a field of the library's own. */
  replaceOwn(field: string, text: string): void {
    this.#bytes -= sizeOf(field, this.#fields.get(field) ?? '');
    this.#bytes += sizeOf(field, text);
    this.#fields.set(field, text);
  }

  /** Notes that it is used by a token with this digest; begins the idle time anew where a tenth of it has passed. */
  touch(digest: string, now: number): void {
    this.secret.noteUse(digest, now);
    if (!this.#touchDue(now)) return;
    if (this.#isReturn(now)) this.#returnedAt = now;
    this.#touchedAt = now;
  }

  /** A secret that another request made no newer one of meanwhile gets a successor. */
  renew(from: string, newDigest: string, now: number): void {
    this.touch(from, now);
    this.secret.renew(from, newDigest, now);
  }

  /** Another secret at once. @param present whether the user has just shown who they are */
  rotate(newDigest: string, present: boolean, now: number): void {
    if (this.#isReturn(now)) {
      this.#touchedAt = now;
      this.#returnedAt = now;
    }
    if (present) this.#returnedAt = 0;
    this.secret.replace(newDigest, now);
  }

  /** Applies all changes, or none. */
  /** The answer to a write that an earlier sending of it has made; undefined where none has. */
  earlier({ id }: Write): Extract<CommitResult, { status: 'applied' }> | undefined {
    const earlier = this.#writes.find((made) => made.id === id);
    return earlier && { status: 'applied', attempt: earlier.attempt, touchedAt: this.#touchedAt };
  }

  commit(
    digest: string,
    changes: readonly FieldChange[],
    limits: StoreLimits,
    write: Write,
    now: number,
  ): CommitResult {
    const earlier = this.earlier(write);
    if (earlier) return earlier;
    const current = this.#differing(changes);
    if (current.size > 0) return { status: 'conflict', current };
    const { bytes, fields } = this.#growth(changes);
    if (bytes > 0 && this.#bytes + bytes > limits.session) {
      return { status: 'too-large', limit: 'session' };
    }
    if (fields > 0 && this.#countFields() + fields > limits.fields) {
      return { status: 'too-large', limit: 'fields' };
    }
    for (const { field, text } of changes) {
      if (text === null) this.#fields.delete(field);
      else this.#fields.set(field, text);
    }
    this.#bytes += bytes;
    this.#writes = [...this.#writes.filter(({ until }) => until >= now), write];
    this.touch(digest, now);
    return { status: 'applied', attempt: write.attempt, touchedAt: this.#touchedAt };
  }

  /** Times and sizes, no content. */
  describe(): SessionDescription {
    const fieldSizes = new Map<string, number>();
    for (const [name, text] of this.#fields) {
      if (!name.startsWith('@')) fieldSizes.set(name, Buffer.byteLength(text));
    }
    return { times: this.times, fieldSizes };
  }

  #touchDue(now: number): boolean {
    const { idle, away = idle } = this.#lifetimes;
    return now - this.#touchedAt >= Math.min(idle, away) / 10;
  }

  #isReturn(now: number): boolean {
    const { away } = this.#lifetimes;
    return away !== undefined && now - this.#touchedAt >= away;
  }

  #copy(names: readonly string[] | undefined): Map<string, string> {
    if (names === undefined) return new Map(this.#fields);
    const copy = new Map<string, string>();
    for (const name of [...OWN_FIELDS, ...names]) {
      const text = this.#fields.get(name);
      if (text !== undefined) copy.set(name, text);
    }
    return copy;
  }

  #differing(changes: readonly FieldChange[]): Map<string, string | null> {
    const current = new Map<string, string | null>();
    for (const { field, base } of changes) {
      const stored = this.#fields.get(field) ?? null;
      if (base !== undefined && base !== stored) current.set(field, stored);
    }
    return current;
  }

  #growth(changes: readonly FieldChange[]): { bytes: number; fields: number } {
    let bytes = 0;
    let fields = 0;
    for (const { field, text } of changes) {
      const stored = this.#fields.get(field);
      if (stored !== undefined) bytes -= sizeOf(field, stored);
      if (text !== null) bytes += sizeOf(field, text);
      if (!OWN_FIELDS.includes(field))
        fields += Number(text !== null) - Number(stored !== undefined);
    }
    return { bytes, fields };
  }

  #countFields(): number {
    return this.#fields.size - OWN_FIELDS.filter((name) => this.#fields.has(name)).length;
  }
}

function sizeOf(name: string, text: string): number {
  return Buffer.byteLength(name) + Buffer.byteLength(text);
}
