import { setTimeout as delay } from 'node:timers/promises';
import { decodeField } from '../core/field-codec.js';
import {
  PlainSchema,
  type FieldLimits,
  type InvalidDataPolicy,
  type SchemaVersion,
} from '../core/schema/plain-schema.js';
import type { Opening } from '../core/schema/session-schema.js';
import type { StandardSchemaV1, ValidationIssue } from '../core/standard-schema.js';
import { copyOf } from './copy-of.js';
import { issueLine, withoutQuoted } from './issue-lines.js';
import { ObjectJudge, type Values, type Verdict } from './object-judge.js';

/** What the schema of an object is made of. */
export interface ObjectSchemaParts extends SchemaVersion {
  readonly type: StandardSchemaV1;
  /** Whether fields that were never set count as problems too. */
  readonly whole: boolean;
}

/** What the schema makes of an empty session. */
interface Blank {
  readonly values: Values;
  /** Fields whose default is another each time: an id, a time. It is stored when it is first looked at. */
  readonly changing: ReadonlySet<string>;
}

/**
 * Fields as a Standard Schema (zod, valibot, arktype) of an object describes them: all of them are loaded and judged
 * together, and handlers see what the schema makes of them. It is always given the JSON that is stored, at the commit too:
 * what was saved then also fits when it is read.
 */
export class ObjectSchema extends PlainSchema {
  override readonly whole: boolean = true;
  override readonly defaultNames: readonly string[];
  readonly #judge: ObjectJudge;
  readonly #strict: boolean;
  readonly #blank: Blank;

  private constructor(
    judge: ObjectJudge,
    blank: Blank,
    parts: ObjectSchemaParts,
    limits: FieldLimits,
    onInvalidData: InvalidDataPolicy,
  ) {
    super(limits, onInvalidData, parts);
    this.#judge = judge;
    this.#strict = parts.whole;
    this.#blank = blank;
    this.defaultNames = Object.keys(blank.values).filter((name) => this.fallback(name));
  }

  /** Asks the schema for its defaults first. */
  static async create(
    parts: ObjectSchemaParts,
    limits: FieldLimits,
    onInvalidData: InvalidDataPolicy,
  ): Promise<ObjectSchema> {
    const judge = new ObjectJudge(parts.type);
    const values = await blankOf(judge);
    await delay(2); // so that a time is another one
    const again = await blankOf(judge);
    const changing = Object.keys(values).filter(
      (name) => JSON.stringify(values[name]) !== JSON.stringify(again[name]),
    );
    const blank = { values, changing: new Set(changing) };
    return new ObjectSchema(judge, blank, parts, limits, onInvalidData);
  }

  override parse(field: string, text: string): unknown {
    return this.#judge.parse(field, text);
  }

  /** Merges compare what both sides hold: with defaults deeper inside, as far as the schema shows its fields. */
  override decode(field: string, text: string): unknown {
    const json = super.decode(field, text);
    const made = json === undefined ? undefined : this.#judge.madeNow(field, json);
    if (made?.value === undefined) return json;
    return decodeField(this.encode(field, made.value));
  }

  override fallback(field: string): (() => unknown) | undefined {
    const { values, changing } = this.#blank;
    if (!Object.hasOwn(values, field) || values[field] === undefined) return undefined;
    const now = (): { readonly value: unknown } | undefined => this.#judge.defaultNow(field);
    // The same id for all visitors would be worse than none.
    if (changing.has(field)) return now() && (() => now()?.value);
    return () => copyOf(values[field]);
  }

  override async open(texts: ReadonlyMap<string, string>): Promise<Opening> {
    const stored = new Map([...texts].filter(([field]) => !field.startsWith('@')));
    const fields = [...stored.keys()];
    for (;;) {
      const verdict = await this.#judge.judge(stored);
      if (verdict.output) return this.#offer(verdict.output, fields);
      const misfits = verdict.issues.filter(
        ({ path }) => path.length === 0 || stored.has(String(path[0])),
      );
      // Only fields that were never set are missing: every session begins without.
      if (misfits.length === 0 || stored.size === 0) {
        return this.#offer(await this.#judge.judgeApart(verdict.input), fields);
      }
      if (this.onInvalidData === 'reset') return 'reset';
      this.invalid('What is stored in the session does', linesOf(verdict, misfits));
      const named = misfits.filter(({ path }) => path.length > 0);
      for (const { path } of named) stored.delete(String(path[0]));
      if (named.length === 0) stored.clear();
    }
  }

  override async validate(
    changed: ReadonlyMap<string, unknown>,
    whole: () => Values,
  ): Promise<readonly string[]> {
    const texts = new Map<string, string>();
    for (const [field, value] of Object.entries(whole())) {
      if (value !== undefined) texts.set(field, this.encode(field, value));
    }
    const verdict = await this.#judge.judge(texts);
    const { output } = verdict;
    if (output) {
      return [...changed]
        .filter(([field, value]) => value !== undefined && output[field] === undefined)
        .map(
          ([field]) => `${field} is left out by the schema, so it would be lost: declare it there.`,
        );
    }
    const counted = verdict.issues.filter(({ path }) => {
      const field = String(path[0]);
      return this.#strict || path.length === 0 || texts.has(field) || changed.has(field);
    });
    return linesOf(verdict, counted);
  }

  /** What a session of these stored fields is for its handler. */
  #offer(output: Values, stored: readonly string[]): Opening {
    const values = new Map<string, unknown>(stored.map((field) => [field, undefined]));
    for (const [field, value] of Object.entries(output)) {
      if (values.has(field) || !this.#blank.changing.has(field)) values.set(field, copyOf(value));
    }
    return values;
  }
}

async function blankOf(judge: ObjectJudge): Promise<Values> {
  const verdict = await judge.judge(new Map());
  return verdict.output ?? judge.judgeApart({});
}

function linesOf({ input }: Verdict, issues: readonly ValidationIssue[]): string[] {
  return issues.map(({ path, message }) =>
    issueLine(path, withoutQuoted(message, valueAt(input, path))),
  );
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) at = (at as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return at;
}
