import { ONCE_PREFIX } from '../../core/own-fields.js';
import type { FieldChange } from '../../core/session-store.js';
import { BoundedCopies, type Copy, type CopyBounds } from './bounded-copies.js';

/** Of the state of a session: changes with every write of its content. */
const VERSION = '@v';
/** There wherever the hash is a session. */
const SECRET = '@s';

/** What one turn told of a session. `texts` is undefined where the key holds no hash. */
export interface Answer {
  readonly texts: Map<string, string> | undefined;
}

/** Asks Redis for fields by name, beside those that every read asks for; undefined: for all. */
export type Ask<A extends Answer> = (names: readonly string[] | undefined) => Promise<A>;

/** What a commit did to the version, as far as it is known. */
export interface VersionChange {
  readonly replaced: string | undefined;
  readonly made: string | undefined;
}

/**
 * The content of whole sessions, kept in this process. Each read asks Redis all the same, though only for what tells whether the session
 * lives and whether the copy still is its content: a copy may be missing at any time, and can't be stale.
 */
export class LocalCopy {
  readonly #copies: BoundedCopies;
  readonly #fields: readonly string[] | undefined;
  readonly #names: ReadonlySet<string> | undefined;
  readonly #versionedNames: readonly string[] | undefined;

  /** @param fields names of all, where a schema knows them: the very list that whole sessions are read by */
  constructor(bounds: CopyBounds, fields: readonly string[] | undefined) {
    this.#copies = new BoundedCopies(bounds);
    this.#fields = fields;
    this.#names = fields && new Set(fields);
    this.#versionedNames = fields && [...fields, VERSION];
  }

  /** Whether a read of these fields is one of the whole session. */
  concerns(fields: readonly string[] | undefined): boolean {
    return fields === this.#fields;
  }

  /** Reads a whole session: in one turn, or in two where the copy is no longer its content. */
  async read<A extends Answer>(key: string, ask: Ask<A>): Promise<A> {
    const copy = this.#copies.get(key);
    if (copy) {
      const answer = await ask([VERSION]);
      if (this.#completes(copy, answer.texts)) return answer;
      this.#copies.drop(key);
      if (!answer.texts?.has(SECRET)) return answer;
    }
    // All of it once more, not the content alone: what a user's record says must be of the same turn.
    const answer = await ask(this.#versionedNames);
    this.#learn(key, answer.texts);
    return answer;
  }

  /** Whether a commit should tell what it does to the version. */
  has(key: string): boolean {
    return this.#copies.has(key);
  }

  /** The changes were stored. */
  note(key: string, changes: readonly FieldChange[], { replaced, made }: VersionChange): void {
    const copy = this.#copies.get(key);
    if (!copy) return;
    if (made === undefined || copy.version !== replaced) {
      this.#copies.drop(key);
      return;
    }
    const texts = new Map(copy.texts);
    for (const { field, text } of changes) {
      if (!this.#isContent(field)) continue;
      if (text === null) texts.delete(field);
      else texts.set(field, textOfItsOwn(text));
    }
    this.#copies.keep(key, { version: made, texts });
  }

  /** The session has ended, as far as this process knows. */
  drop(key: string): void {
    this.#copies.drop(key);
  }

  clear(): void {
    this.#copies.clear();
  }

  /** Adds the copy's texts to those that were read, if they belong together. */
  #completes(copy: Copy, read: Map<string, string> | undefined): boolean {
    if (!read?.has(SECRET) || read.get(VERSION) !== copy.version) return false;
    for (const [field, text] of copy.texts) read.set(field, text);
    return true;
  }

  #learn(key: string, read: ReadonlyMap<string, string> | undefined): void {
    const version = read?.get(VERSION);
    if (!read?.has(SECRET) || version === undefined) return;
    const texts = new Map<string, string>();
    for (const [field, text] of read) if (this.#isContent(field)) texts.set(field, text);
    this.#copies.keep(key, { version, texts });
  }

  /** Not what every read asks for: secrets, times, who is logged in. */
  #isContent(field: string): boolean {
    if (this.#names) return this.#names.has(field);
    return !field.startsWith('@') || field.startsWith(ONCE_PREFIX);
  }
}

/** What an app has cut out of a larger text would keep all of that in memory. */
function textOfItsOwn(text: string): string {
  return Buffer.from(text).toString();
}
