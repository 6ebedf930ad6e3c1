import type { AuthBlock, SessionEntry } from './login-state.js';
import type { Seal } from './seal.js';
import type { RecordField } from './user-texts.js';

/** Where a session lies. */
interface Place {
  readonly home: string;
  readonly selector: string;
}

/** Seals and opens the texts that say who is logged in. Each is good only in its own place. */
export class AuthTexts {
  constructor(private readonly seal: Seal) {}

  sealBlock({ home, selector }: Place, block: AuthBlock): string {
    return this.seal.seal(`session ${home} ${selector}`, JSON.stringify(block));
  }

  openBlock({ home, selector }: Place, text: string): AuthBlock | undefined {
    return parse<AuthBlock>(this.seal.open(`session ${home} ${selector}`, text));
  }

  sealEntry({ home, selector }: Place, { created, end, ...rest }: SessionEntry): string {
    const times = `${created} ${end}`;
    return `${times} ${this.seal.seal(`entry ${home} ${selector} ${times}`, JSON.stringify(rest))}`;
  }

  openEntry({ home, selector }: Place, text: string): SessionEntry | undefined {
    const [, times, created, end, sealed] = /^((\d+) (\d+)) (.+)$/s.exec(text) ?? [];
    if (sealed === undefined) return undefined;
    const opened = this.seal.open(`entry ${home} ${selector} ${times}`, sealed);
    const rest = parse<Omit<SessionEntry, 'created' | 'end'>>(opened);
    return rest && { created: Number(created), end: Number(end), ...rest };
  }

  /** A field of a user record: any JSON value. */
  sealField(home: string, field: RecordField, value: unknown): string {
    return this.seal.seal(`record ${home} ${field}`, JSON.stringify(value));
  }

  /** `fallback` where there is no text; undefined where the text was not sealed for this place. */
  openField<V>(
    home: string,
    field: RecordField,
    text: string | undefined,
    fallback: V,
  ): V | undefined {
    if (text === undefined) return fallback;
    return parse<V>(this.seal.open(`record ${home} ${field}`, text));
  }
}

/** What was sealed was JSON. */
function parse<V>(text: string | undefined): V | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as V);
}
