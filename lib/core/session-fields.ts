import { SessionFieldNotLoadedError } from './errors.js';
import { newEntry, valueOf, type FieldEntry } from './field-entry.js';
import type { SessionSchema } from './schema/session-schema.js';

/** A field whose value differs from what was loaded. */
export interface FieldEdit {
  readonly field: string;
  /** The new text; null where the field was removed. */
  readonly text: string | null;
  /** Text of the value the handler began with, defaults included: the base of a three-way merge. */
  readonly base: string | null;
  /** Text the handler's value came from. */
  readonly seen: string | null;
  /** Text the store is known to hold: what the commit compares with. */
  readonly stored: string | null;
  /** Whether it is stored whatever the store holds. */
  readonly overwrites: boolean;
}

/** The fields of one loaded session: decoded when first touched, encoded again only if touched. */
export class SessionFields {
  readonly #schema: SessionSchema;
  /** As loaded. */
  #texts: ReadonlyMap<string, string>;
  /** What has been asked for since. */
  readonly #entries = new Map<string, FieldEntry>();
  #scope: readonly string[] | undefined;

  /** @param scope the fields that were loaded; undefined: all there are */
  constructor(
    schema: SessionSchema,
    texts: ReadonlyMap<string, string>,
    scope: readonly string[] | undefined,
  ) {
    this.#schema = schema;
    this.#scope = scope;
    this.#texts = texts;
  }

  /** Begins anew with these texts, of the same scope: values and changes in hand are dropped. */
  reset(texts: ReadonlyMap<string, string>): void {
    this.#entries.clear();
    this.#texts = texts;
  }

  /** Whether every field was loaded. */
  get whole(): boolean {
    return this.#scope === undefined;
  }

  /** The fields that were asked for; undefined: all. */
  get scope(): readonly string[] | undefined {
    return this.#scope;
  }

  isLoaded(field: string): boolean {
    return this.#scope === undefined || this.#scope.includes(field) || field.startsWith('@');
  }

  /** Adds texts read later; fields already in hand keep their values and changes. */
  extend(texts: ReadonlyMap<string, string>, fields: readonly string[] | undefined): void {
    const all = new Map(this.#texts);
    for (const [field, text] of texts) if (!all.has(field)) all.set(field, text);
    this.#texts = all;
    for (const [field, entry] of this.#entries) {
      if (entry.overwrite) entry.seen = entry.stored = all.get(field) ?? null;
    }
    this.#scope = fields && this.#scope && [...new Set([...this.#scope, ...fields])];
  }

  /** Takes values that the schema made of all fields together, in place of reviving each. */
  offer(values: ReadonlyMap<string, unknown>): void {
    for (const [field, value] of values) this.#entry(field).offered = { value };
  }

  /** Whether the field has a value; not decoded for it. */
  has(field: string): boolean {
    const entry = this.#require(field);
    if (valueOf(entry) !== undefined) return true;
    return !entry.touched && this.#schema.fallback(field) !== undefined;
  }

  /** Names of the fields in hand, for logs. */
  loadedNames(): string[] {
    return [...this.#known()].filter((name) => !name.startsWith('@') && this.#isThere(name));
  }

  get(field: string): unknown {
    return this.#touch(field, false)?.value;
  }

  /** The field's live value; where absent, that of `fallback`, stored only once it differs from a fresh one. */
  getOr(field: string, fallback: (() => unknown) | undefined, readonly: boolean): unknown {
    const entry = this.#require(field);
    if (fallback) entry.fallback ??= fallback;
    if (readonly && entry.touched === undefined) entry.readonly = true;
    return this.#touch(field, readonly)?.value;
  }

  set(field: string, value: unknown): void {
    const entry = this.#require(field);
    entry.touched = { value };
    entry.readonly = false;
  }

  /** Takes a value that is stored whatever the store holds: the field need not be loaded. Undefined removes it. */
  overwrite(field: string, value: unknown): void {
    if (!this.isLoaded(field)) this.#scope = [...this.#scope!, field];
    this.set(field, value);
    this.#entry(field).overwrite = {};
  }

  /** Names of the fields that have a value, in the order they were stored or set. */
  names(): string[] {
    const names = new Set(this.loadedNames());
    for (const field of this.#schema.defaultNames) {
      if (this.isLoaded(field) && this.get(field) !== undefined) names.add(field);
    }
    return [...names];
  }

  /** What differs from what was loaded; encoding errors surface here. */
  edits(only?: string): FieldEdit[] {
    const edits: FieldEdit[] = [];
    for (const [field, entry] of this.#entries) {
      if (entry.touched === undefined || entry.readonly) continue;
      if (only !== undefined && field !== only) continue;
      const text = this.#encode(field, entry.touched.value);
      const { seen, stored, overwrite } = entry;
      if (overwrite) {
        overwrite.text = text;
        edits.push({ field, text, base: seen, seen, stored, overwrites: true });
        continue;
      }
      if (text === seen) continue;
      const base = this.#base(field, entry);
      if (text !== base) edits.push({ field, text, base, seen, stored, overwrites: false });
    }
    return edits;
  }

  /** The store now holds `stored`; the handler's value still stands for `seen`. */
  saved(field: string, seen: string | null, stored: string | null): void {
    const entry = this.#entry(field);
    entry.seen = seen;
    entry.stored = stored;
    entry.offered = undefined;
    if (entry.overwrite?.text === seen) entry.overwrite = undefined;
  }

  /** The store holds this text now; the handler's value stands for what it stood for before. */
  learnStored(field: string, text: string | null): void {
    this.#entry(field).stored = text;
  }

  /** Forgets all fields but these, which stay live: the session is a new one, of which everything is in hand. */
  retain(keep: readonly string[]): void {
    for (const field of this.#entries.keys())
      if (!keep.includes(field)) this.#entries.delete(field);
    this.#texts = new Map([...this.#texts].filter(([field]) => keep.includes(field)));
    this.#scope = undefined;
  }

  /** The field now has this text, in the store and in hand. */
  replace(field: string, text: string | null): void {
    const entry = this.#entry(field);
    entry.seen = entry.stored = text;
    entry.touched = entry.offered = entry.overwrite = undefined;
  }

  /** Text the store is known to hold (null: absent). */
  storedText(field: string): string | null {
    const entry = this.#entries.get(field);
    return entry ? entry.stored : (this.#texts.get(field) ?? null);
  }

  /** Texts the store is known to hold. */
  storedTexts(): Map<string, string> {
    const texts = new Map<string, string>();
    for (const field of this.#known()) {
      const stored = this.storedText(field);
      if (stored !== null) texts.set(field, stored);
    }
    return texts;
  }

  /**
   * Text of a fresh reading, not what is stored: another language may have spaced or ordered that its own way, and a default
   * is stored only once it differs from a fresh one.
   */
  #base(field: string, entry: FieldEntry): string | null {
    const handedOut = entry.offered?.text;
    return handedOut === undefined ? this.#encode(field, this.#read(field, entry)) : handedOut;
  }

  #encode(field: string, value: unknown): string | null {
    return value === undefined ? null : this.#schema.encode(field, value);
  }

  #touch(field: string, readonly: boolean): { value: unknown } | undefined {
    const entry = this.#require(field);
    if (!readonly) entry.readonly = false;
    if (entry.touched) return entry.touched;
    const value = this.#read(field, entry);
    // There is no second one to compare with later.
    if (entry.offered) entry.offered.text = this.#encode(field, value);
    entry.touched = { value };
    return entry.touched;
  }

  #read(field: string, entry: FieldEntry): unknown {
    const value = entry.offered ? entry.offered.value : this.#revive(field, entry);
    if (value !== undefined) return value;
    entry.fallback ??= this.#schema.fallback(field);
    return entry.fallback?.();
  }

  #revive(field: string, entry: FieldEntry): unknown {
    return entry.seen === null ? undefined : this.#schema.revive(field, entry.seen);
  }

  #require(field: string): FieldEntry {
    if (!this.isLoaded(field)) throw new SessionFieldNotLoadedError(field);
    return this.#entry(field);
  }

  #entry(field: string): FieldEntry {
    let entry = this.#entries.get(field);
    if (entry === undefined) {
      entry = newEntry(this.#texts.get(field) ?? null);
      this.#entries.set(field, entry);
    }
    return entry;
  }

  /** Names in the order they were loaded, then in that in which they were first asked for. */
  #known(): Set<string> {
    return new Set([...this.#texts.keys(), ...this.#entries.keys()]);
  }

  #isThere(field: string): boolean {
    const entry = this.#entries.get(field);
    return entry ? valueOf(entry) !== undefined : this.#texts.has(field);
  }
}
