import { DataError } from '../core/data-error.js';
import { decodeField } from '../core/field-codec.js';
import { isFieldName } from '../core/reserved-names.js';
import {
  isStandardSchema,
  validateStandard,
  type StandardSchemaV1,
  type ValidationIssue,
} from '../core/standard-schema.js';

/** The fields of a session by name. */
export type Values = Record<string, unknown>;

/** What a schema says of stored texts: without an output there is at least one issue. */
export interface Verdict {
  /** What the schema was given. */
  readonly input: Values;
  readonly output?: Values;
  readonly issues: readonly ValidationIssue[];
}

/** Asks a Standard Schema of an object about the texts of a session. */
export class ObjectJudge {
  readonly #schema: StandardSchemaV1;
  /** Schemas of single fields, where the schema shows them as zod (`shape`) and valibot (`entries`) do. */
  readonly #members: ReadonlyMap<string, StandardSchemaV1>;
  /** Schemas found to answer with a promise: they are not asked where nobody can wait. */
  readonly #slow = new WeakSet<StandardSchemaV1>();

  constructor(schema: StandardSchemaV1) {
    this.#schema = schema;
    this.#members = membersOf(schema);
  }

  /** What the schema makes of the texts together. */
  async judge(texts: ReadonlyMap<string, string>): Promise<Verdict> {
    const { values, issues } = decodeAll(texts);
    if (issues.length > 0) return { input: values, issues };
    const first = await this.#ask(values);
    const doubtful = first.issues.flatMap((issue) => mistakenString(issue, first.input, texts));
    if (first.output || doubtful.length === 0) return first;
    const second = await this.#ask({ ...decodeAll(texts).values, ...Object.fromEntries(doubtful) });
    const mended = doubtful.filter(([field]) => !isNamed(field, second));
    return second.output || mended.length > 0 ? second : first;
  }

  /** What the schemas of single fields make of them, as far as they are shown; for a session that lacks other fields. */
  async judgeApart(input: Values): Promise<Values> {
    const values = { ...input };
    for (const [field, member] of this.#members) {
      const outcome = await validateStandard(member, input[field]);
      if (!('issues' in outcome) && outcome.value !== undefined) values[field] = outcome.value;
    }
    return values;
  }

  /** The JSON value of a text; the text itself where only that is what the field's own schema takes. */
  parse(field: string, text: string): unknown {
    const json = decodeField(text);
    const member = this.#members.get(field);
    if (!member || !isPlain(json) || this.#askNow(member, json)) return json;
    return this.#askNow(member, text) ? text : json;
  }

  /** What the field's own schema makes of a value, without waiting; undefined where that can't be. */
  madeNow(field: string, value: unknown): { readonly value: unknown } | undefined {
    const member = this.#members.get(field);
    return member && this.#askNow(member, value);
  }

  /** The field's default, made anew without waiting; undefined where that can't be. */
  defaultNow(field: string): { readonly value: unknown } | undefined {
    const whole = this.#askNow(this.#schema, {});
    if (whole && isValues(whole.value)) return { value: whole.value[field] };
    return this.madeNow(field, undefined);
  }

  async #ask(input: Values): Promise<Verdict> {
    const outcome = await validateStandard(this.#schema, input);
    if ('issues' in outcome) return { input, issues: outcome.issues };
    if (isValues(outcome.value)) return { input, output: outcome.value, issues: [] };
    return { input, issues: [{ message: 'The schema must give an object.', path: [] }] };
  }

  #askNow(schema: StandardSchemaV1, value: unknown): { readonly value: unknown } | undefined {
    if (this.#slow.has(schema)) return undefined;
    const outcome = validateStandard(schema, value);
    if (!(outcome instanceof Promise)) return 'issues' in outcome ? undefined : outcome;
    this.#slow.add(schema);
    outcome.catch(() => undefined);
    return undefined;
  }
}

/** Fields by name, decoded; names that no field can have are left out. */
function decodeAll(texts: ReadonlyMap<string, string>): {
  values: Values;
  issues: ValidationIssue[];
} {
  const values: Values = {};
  const issues: ValidationIssue[] = [];
  for (const [field, text] of texts) {
    if (!isFieldName(field)) continue;
    try {
      values[field] = decodeField(text);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      issues.push({ message: error.message, path: [field] });
    }
  }
  return { values, issues };
}

/** The text of a refused number, boolean or null: it was perhaps meant as a string, which no other language quotes. */
function mistakenString(
  { path }: ValidationIssue,
  values: Values,
  texts: ReadonlyMap<string, string>,
): [string, string][] {
  const field = String(path[0]);
  const text = texts.get(field);
  return path.length === 1 && text !== undefined && isPlain(values[field]) ? [[field, text]] : [];
}

/** What other languages may have meant as a string. */
function isPlain(value: unknown): boolean {
  return value === null || typeof value === 'number' || typeof value === 'boolean';
}

function isNamed(field: string, { issues }: Verdict): boolean {
  return issues.some(({ path }) => path[0] === field);
}

function membersOf(schema: object): ReadonlyMap<string, StandardSchemaV1> {
  const { shape, entries } = schema as { readonly shape?: unknown; readonly entries?: unknown };
  const shown = [shape, entries].find(isValues) ?? {};
  const members = Object.entries(shown).filter(
    (entry): entry is [string, StandardSchemaV1] =>
      isFieldName(entry[0]) && isStandardSchema(entry[1]),
  );
  return new Map(members);
}

function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
