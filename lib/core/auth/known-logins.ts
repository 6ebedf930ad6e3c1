import type { AuthBlock, SessionEntry } from './login-state.js';

/** Texts that say who is logged in, as stored. */
export interface LoginTexts {
  /** The session's block. */
  readonly block: string;
  /** The session's entry in the user's record. */
  readonly entry: string;
  /** The user's roles and attributes; undefined where the record has none. */
  readonly roles: string | undefined;
  readonly attributes: string | undefined;
}

/** What such texts say. */
export interface OpenedLogin {
  readonly block: AuthBlock;
  readonly entry: SessionEntry;
  readonly roles: readonly string[];
  readonly attributes: object;
}

interface KnownLogin {
  readonly home: string;
  readonly texts: LoginTexts;
  readonly opened: OpenedLogin;
}

/** Logins that are known at most: about 15 MB. */
const MOST = 10_000;
/** Characters of the texts of one that is kept: attributes may be large. */
const MOST_CHARACTERS = 4096;

/**
 * Logins whose texts were found to be this app's own, in this process. Each request reads the texts all the same; only while they are the very
 * ones of before need their seals not be looked at again. Those that came first make room.
 */
export class KnownLogins {
  readonly #logins = new Map<string, KnownLogin>();

  constructor(private readonly most: number = MOST) {}

  /** What the texts of a session say; undefined where nobody has looked at their seals. */
  find(home: string, handle: string, texts: LoginTexts): OpenedLogin | undefined {
    const known = this.#logins.get(handle);
    return known?.home === home && areEqual(known.texts, texts) ? known.opened : undefined;
  }

  /** Notes what the texts of a session say. It is frozen: requests share it. */
  keep(home: string, handle: string, texts: LoginTexts, opened: OpenedLogin): void {
    this.#logins.delete(handle);
    if (lengthOf(texts) > MOST_CHARACTERS) return;
    this.#logins.set(handle, { home, texts, opened: freezeDeep(opened) });
    if (this.#logins.size <= this.most) return;
    for (const first of this.#logins.keys()) {
      this.#logins.delete(first);
      return;
    }
  }
}

function areEqual(a: LoginTexts, b: LoginTexts): boolean {
  return (
    a.block === b.block &&
    a.entry === b.entry &&
    a.roles === b.roles &&
    a.attributes === b.attributes
  );
}

function lengthOf({ block, entry, roles = '', attributes = '' }: LoginTexts): number {
  return block.length + entry.length + roles.length + attributes.length;
}

/** Values out of JSON, so no deeper than JSON was parsed. */
function freezeDeep<V>(value: V): V {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) freezeDeep(part);
  return Object.freeze(value);
}
