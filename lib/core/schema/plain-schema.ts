import { DataError } from '../data-error.js';
import { SessionInvalidError, SessionTooLargeError } from '../errors.js';
import { decodeField, encodeField } from '../field-codec.js';
import { assertStorable } from '../plain-data.js';
import type { SessionSchema } from './session-schema.js';

/** What to do with stored data that no longer fits: see the option `onInvalidData`. */
export type InvalidDataPolicy = 'drop' | 'reset' | 'fail';

/** Bounds of one field. */
export interface FieldLimits {
  /** Bytes of a field's text. */
  readonly field: number;
  /** Levels of objects and arrays in a field. */
  readonly depth: number;
}

/** Fields as plain JSON values, any names: what an app without a schema has, and what every other schema builds on. */
export class PlainSchema implements SessionSchema {
  readonly fieldNames: readonly string[] | undefined = undefined;
  readonly defaultNames: readonly string[] = [];
  readonly whole: boolean = false;
  readonly version: number = 0;

  constructor(
    protected readonly limits: FieldLimits,
    protected readonly onInvalidData: InvalidDataPolicy,
  ) {}

  revive(field: string, text: string): unknown {
    return this.decode(field, text);
  }

  decode(field: string, text: string): unknown {
    try {
      return decodeField(text);
    } catch (error) {
      return this.invalid(field, error);
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

  /** What becomes of stored data that does not fit. */
  protected invalid(field: string, cause: unknown): undefined {
    if (this.onInvalidData === 'drop') return undefined;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new SessionInvalidError(`Stored session field '${field}' does not fit: ${message}`, [
      message,
    ]);
  }
}

function asSessionError(error: unknown, field: string, depth: number): Error {
  if (error instanceof DataError && error.reason === 'too-deep') {
    return new SessionTooLargeError('depth', depth, `Session field '${field}'`);
  }
  const message = error instanceof Error ? error.message : String(error);
  return new SessionInvalidError(`Nothing was saved: ${message}`, [message]);
}
