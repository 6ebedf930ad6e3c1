/** Makes data of an older version into data of today's; a field it leaves out is removed. */
export type Migration = (
  data: Record<string, unknown>,
  fromVersion: number,
) => Promise<Record<string, unknown>> | Record<string, unknown>;

/**
 * What a schema makes of a session as it was loaded: values by field (undefined: it reads as absent), 'reset' where all data
 * is to be removed, undefined where fields are judged one by one as they are touched.
 */
export type Opening = ReadonlyMap<string, unknown> | 'reset' | undefined;

/** How the fields of a session become values and texts, and which of them are allowed. */
export interface SessionSchema {
  /** Names of all data fields, where the schema knows them: such a session is read by name. */
  readonly fieldNames: readonly string[] | undefined;
  /** Fields that have a value also where nothing is stored. */
  readonly defaultNames: readonly string[];
  /** Whether a handler that declares fields needs the whole session all the same. */
  readonly whole: boolean;
  /** Version of the app's own data shape, stored with the session; 0 where the app has none. */
  readonly version: number;

  /**
   * Judges what was loaded before a handler sees any of it. Fields it gives no value for are revived when touched.
   * @throws SessionInvalidError where data that no longer fits is to fail
   */
  open?(texts: ReadonlyMap<string, string>): Opening | Promise<Opening>;

  /**
   * The value a stored text stands for; undefined where the text no longer fits and is dropped.
   * @throws SessionInvalidError where such data is to fail
   */
  revive(field: string, text: string): unknown;

  /**
   * The JSON value of a stored text, a string where the schema says string, and nothing made of it: migrations get it.
   * @throws DataError
   */
  parse(field: string, text: string): unknown;

  /**
   * The JSON value a stored text stands for, as merges see it: never an instance of a class, but with what the schema adds,
   * as the handler's own value has it too.
   * @throws SessionInvalidError where such data is to fail
   */
  decode(field: string, text: string): unknown;

  /**
   * The text of a value; asked of every touched field, so it only encodes.
   * @throws SessionInvalidError where there is no JSON for the value
   */
  encode(field: string, value: unknown): string;

  /**
   * Refuses a changed value that would not come back as it is, or is too large.
   * @throws SessionInvalidError, SessionTooLargeError
   */
  assertStorable(field: string, value: unknown, text: string): void;

  /** Makes the field's default, if it has one. */
  fallback(field: string): (() => unknown) | undefined;

  /**
   * Problems of the changed fields, one line each starting with the path; empty when they are valid.
   * @param whole every value the session would have, for rules that look at other fields
   */
  validate(
    changed: ReadonlyMap<string, unknown>,
    whole: () => Record<string, unknown>,
  ): Promise<readonly string[]> | readonly string[];

  /** Data of an older version in today's shape; undefined where the app has no versions. */
  readonly migrate?: Migration | undefined;
}
