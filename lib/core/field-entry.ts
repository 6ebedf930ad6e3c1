/** One field of a session, once it was asked for. */
export interface FieldEntry {
  /** Last text the value in hand was decoded from or saved as. */
  seen: string | null;
  /** Differs from `seen` only after a merge: the store then holds more than the handler's value shows. */
  stored: string | null;
  /** Undefined until the field is first touched: decoding is the dearest part of a read. */
  touched: { value: unknown } | undefined;
  /** What the schema made of the whole session for this field; `text` is its encoding once it was handed out. */
  offered: { readonly value: unknown; text?: string | null } | undefined;
  fallback: (() => unknown) | undefined;
  readonly: boolean;
  /** The value in hand is to be stored whatever the store holds; `text` is its encoding once it was asked for. */
  overwrite: { text?: string | null } | undefined;
}

/** One that nobody has asked for yet. @param text that is stored; null: absent */
export function newEntry(text: string | null): FieldEntry {
  return {
    seen: text,
    stored: text,
    touched: undefined,
    offered: undefined,
    fallback: undefined,
    readonly: false,
    overwrite: undefined,
  };
}

/** What stands for the field's value, decoded or not; undefined where it has none. */
export function valueOf(entry: FieldEntry): unknown {
  const held = entry.touched ?? entry.offered;
  return held ? held.value : (entry.seen ?? undefined);
}
