import { DataError } from '../data-error.js';
import { SessionInvalidError, SessionTooLargeError } from '../errors.js';
import { decodeField, encodeField } from '../field-codec.js';
import { assertStorable } from '../plain-data.js';
import type { Migration, Opening, SessionSchema } from './session-schema.js';

/** What to do with stored data that no longer fits: see the option `onInvalidData`. */
export type InvalidDataPolicy = 'drop' | 'reset' | 'fail';

/** Bounds of one field. */
export interface FieldLimits {
  /** Bytes of a field's text. */
  readonly field: number;
  /** Levels of objects and arrays in a field. */
  readonly depth: number;
}

/** Version of the app's own data shape, and how older data comes up to it. */
export interface SchemaVersion {
  /** 0 where the app has no versions. */
  readonly version: number;
  readonly migrate: Migration | undefined;
}

/** Why a stored text does not fit, in lines that hold no values. */
export class MisfitError extends Error {
  constructor(readonly lines: readonly string[]) {
    super(lines.join('; '));
  }
}

/** Fields as plain JSON values, any names: what an app without a schema has, and what every other schema builds on. */
export class PlainSchema implements SessionSchema {
  readonly fieldNames: readonly string[] | undefined = undefined;
  readonly defaultNames: readonly string[] = [];
  readonly whole: boolean = false;
  readonly version: number;
  readonly migrate: Migration | undefined;

  constructor(
    protected readonly limits: FieldLimits,
    protected readonly onInvalidData: InvalidDataPolicy,
    { version, migrate }: SchemaVersion = { version: 0, migrate: undefined },
  ) {
    this.version = version;
    this.migrate = migrate;
  }

  open(texts: ReadonlyMap<string, string>): Opening | Promise<Opening> {
    if (this.onInvalidData !== 'reset') return undefined;
    for (const [field, text] of texts) {
      if (!field.startsWith('@') && !this.#fits(field, text)) return 'reset';
    }
    return undefined;
  }

  parse(_field: string, text: string): unknown {
    return decodeField(text);
  }

  revive(field: string, text: string): unknown {
    try {
      return this.read(field, text);
    } catch (error) {
      return this.invalid(`Stored session field '${field}' does`, misfitLines(field, error));
    }
  }

  decode(field: string, text: string): unknown {
    try {
      return this.parse(field, text);
    } catch (error) {
      return this.invalid(`Stored session field '${field}' does`, misfitLines(field, error));
    }
  }

  encode(field: string, value: unknown): string {
    try {
      return encodeField(value);
    } catch (error) {
      throw asSessionError(error, field, this.limits.depth);
    }
  }

  assertStorable(field: string, value: unknown, text: string): void {
    try {
      assertStorable(value, field, this.limits.depth);
    } catch (error) {
      throw asSessionError(error, field, this.limits.depth);
    }
    // A UTF-16 unit is at most 3 bytes of UTF-8: short texts need no exact count.
    if (text.length * 3 > this.limits.field && Buffer.byteLength(text) > this.limits.field) {
      throw new SessionTooLargeError('field', this.limits.field, `Session field '${field}'`);
    }
  }

  fallback(_field: string): (() => unknown) | undefined {
    return undefined;
  }

  validate(
    _changed: ReadonlyMap<string, unknown>,
    _whole: () => Record<string, unknown>,
  ): Promise<readonly string[]> | readonly string[] {
    return [];
  }

  /** The value of a stored text; whatever it throws says that the text does not fit. */
  protected read(field: string, text: string): unknown {
    return this.parse(field, text);
  }

  /**
   * What becomes of stored data that does not fit. What is to be reset was judged when the session was opened; what is
   * loaded later reads as absent.
   */
  protected invalid(what: string, lines: readonly string[]): undefined {
    if (this.onInvalidData !== 'fail') return undefined;
    throw new SessionInvalidError(`${what} not fit: ${lines.join('; ')}`, lines);
  }

  #fits(field: string, text: string): boolean {
    try {
      this.read(field, text);
      return true;
    } catch {
      return false;
    }
  }
}

/** Lines for an error: the message of one that is not ours may quote the data. */
export function misfitLines(field: string, error: unknown): readonly string[] {
  if (error instanceof MisfitError) return error.lines;
  if (error instanceof DataError) return [`${field}: ${error.message}`];
  return [`${field}: reading it threw ${error instanceof Error ? error.name : 'no Error'}`];
}

function asSessionError(error: unknown, field: string, depth: number): Error {
  if (error instanceof DataError && error.reason === 'too-deep') {
    return new SessionTooLargeError('depth', depth, `Session field '${field}'`);
  }
  const message = error instanceof Error ? error.message : String(error);
  return new SessionInvalidError(`Nothing was saved: ${message}`, [message]);
}
