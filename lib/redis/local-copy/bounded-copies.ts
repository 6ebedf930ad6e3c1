/** The content of one session at one time. Replaced as a whole, never edited: requests read from it while others come and go. */
export interface Copy {
  /** Of the state of the session that the texts belong to. */
  readonly version: string;
  /** Stored text by field name. */
  readonly texts: ReadonlyMap<string, string>;
}

/** What may be kept. */
export interface CopyBounds {
  /** Content that takes less than these bytes is not kept. */
  readonly from: number;
  /** Bytes of all copies together. */
  readonly maxBytes: number;
  /** Number of copies. */
  readonly maxEntries: number;
}

interface Entry extends Copy {
  readonly bytes: number;
}

/** What a field takes besides its characters: two strings and their place in a Map. */
const FIELD_BYTES = 80;

/** Copies by key, within bounds: those that were not used for longest make room. */
export class BoundedCopies {
  /** The one that was used last is last. */
  readonly #entries = new Map<string, Entry>();
  readonly #bounds: CopyBounds;
  #bytes = 0;

  constructor(bounds: CopyBounds) {
    this.#bounds = bounds;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  get(key: string): Copy | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  /** Keeps the copy in place of the one before; neither, where it is too small or too large. */
  keep(key: string, { version, texts }: Copy): void {
    this.drop(key);
    const { from, maxBytes, maxEntries } = this.#bounds;
    const { content, bytes } = sizeOf(texts);
    if (content < from || bytes > maxBytes) return;
    this.#entries.set(key, { version, texts, bytes });
    this.#bytes += bytes;
    for (const [oldest] of this.#entries) {
      if (this.#bytes <= maxBytes && this.#entries.size <= maxEntries) return;
      this.drop(oldest);
    }
  }

  drop(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }
}

/** Bytes of names and texts as Redis has them, and as this process does. */
function sizeOf(texts: ReadonlyMap<string, string>): { content: number; bytes: number } {
  let content = 0;
  let bytes = 0;
  for (const [name, text] of texts) {
    const utf8 = Buffer.byteLength(text);
    content += name.length + utf8;
    // V8 keeps a text that is not all Latin-1 in two bytes per unit; whether it is, is not worth another look.
    bytes += FIELD_BYTES + name.length + (utf8 === text.length ? utf8 : 2 * text.length);
  }
  return { content, bytes };
}
