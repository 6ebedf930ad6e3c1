import { SessionEndedError, type SessionEndReason } from './errors.js';
import type { HeldSession } from './held-session.js';
import { exactly } from './exact-update.js';
import { checkEdits } from './session-checks.js';
import type { FieldEdit } from './session-fields.js';
import { findSession, neededFields } from './session-finding.js';
import { loadSession, readSession } from './session-loading.js';
import type { SessionToken } from './session-token.js';
import { storeUnasked } from './unasked-writing.js';
import { callUpdate } from './update-function.js';
import { storeEdits, storeNew } from './session-writing.js';

/** What a save did. */
export interface Saved {
  /** Whether anything was written. */
  readonly changed: boolean;
  /** Whether a replica holds what was written, as far as one was waited for. */
  readonly durable: boolean;
}

const NOTHING_SAVED: Saved = { changed: false, durable: false };

/** Brings the fields of one session from the store and back. */
export class SessionSaving {
  readonly #held: HeldSession;

  constructor(held: HeldSession) {
    this.#held = held;
  }

  /** Whether something waits to be saved, or is being saved. Encoding errors surface here. */
  get unsaved(): boolean {
    return this.#held.turns.busy || this.#held.fields.edits().length > 0;
  }

  /** Saves what changed; where nothing did, moves the idle end on if that is due, without waiting. */
  async flush(): Promise<boolean> {
    return (await this.save()).changed;
  }

  /** The same, begun in this turn; undefined where there is nothing to wait for. Encoding errors are thrown. */
  flushIfDue(): Promise<unknown> | undefined {
    const { turns, fields } = this.#held;
    if (turns.busy) return this.flush();
    const edits = fields.edits();
    if (edits.length === 0) return this.#touchIfDue();
    return turns.take(() => this.#store(edits));
  }

  /** Saves what changed. @param durable whether to wait until a replica holds it; default by the option `durability` */
  save(durable?: boolean): Promise<Saved> {
    return this.#held.turns.take(() => this.saveInTurn(durable));
  }

  /** Saves what changed, for what has its turn already. */
  async saveInTurn(durable?: boolean): Promise<Saved> {
    const edits = this.#held.fields.edits();
    if (edits.length > 0) return this.#store(edits, durable);
    this.#touchIfDue();
    return NOTHING_SAVED;
  }

  /** Changes a field by a function of its stored value; for what has its turn already. */
  async updateInTurn(field: string, fn: (value: unknown) => unknown): Promise<unknown> {
    const { scope, standing, fields } = this.#held;
    standing.assertNotEnded();
    const { token } = standing;
    if (token) return exactly(scope, token, fields, field, fn);
    fields.set(field, await callUpdate(field, fn, fields.get(field), scope.deadline));
    await this.saveInTurn();
    return fields.get(field);
  }

  /** Drops unsaved changes and reads again what was loaded. */
  async reload(): Promise<void> {
    const { scope, standing, fields } = this.#held;
    standing.assertRead();
    const { token } = standing;
    if (!token) {
      fields.reset(new Map());
      return;
    }
    const found = await loadSession(scope, token, fields.scope);
    if (found.status !== 'live') throw endedBy(found);
    standing.learn(found.record.times);
    standing.relogin(found.login);
    fields.reset(found.record.fields);
    if (found.values) fields.offer(found.values);
  }

  /** Loads further fields; without names, all of them. */
  async load(names: readonly string[]): Promise<void> {
    const { standing, fields } = this.#held;
    if (fields.whole) return;
    const wanted = names.length === 0 ? undefined : names;
    const { token } = standing;
    const texts = token ? await this.#texts(token, wanted) : new Map<string, string>();
    fields.extend(texts, wanted);
  }

  /** Reads a session that was only written so far; what waits to be saved stays so. */
  ask(names: readonly string[] | undefined, unreadToo: boolean): Promise<void> {
    const { scope, standing, fields, turns } = this.#held;
    return turns.take(async () => {
      const { kind, token } = standing;
      if (kind !== 'unasked' || !token) return names ? this.need(names) : this.load([]);
      const needed = neededFields(scope.schema, names);
      const found = await findSession(scope, token, needed, unreadToo);
      standing.answered(found.standing, found.record?.touchDue);
      fields.extend(found.record?.fields ?? new Map(), needed);
      if (found.values) fields.offer(found.values);
    });
  }

  /** Loads those of the fields that are not in hand. */
  async need(names: readonly string[]): Promise<void> {
    const missing = names.filter((field) => !this.#held.fields.isLoaded(field));
    if (missing.length > 0) await this.load(missing);
  }

  /** Moves the idle end on where a tenth of the idle time has passed, without waiting for it. */
  #touchIfDue(): undefined {
    const { scope, standing } = this.#held;
    const { token } = standing;
    if (!standing.touchDue || !token) return;
    standing.touchDue = false;
    // Not awaited: a lost touch costs a tenth of the idle time at most, and the next request makes up for it.
    scope.store.touch(token, performance.now() + scope.deadline).catch(() => undefined);
  }

  async #store(edits: readonly FieldEdit[], durable?: boolean): Promise<Saved> {
    const { scope, standing, fields } = this.#held;
    standing.assertNotEnded();
    standing.touchDue = false;
    const checking = checkEdits(scope, fields, edits);
    if (checking) await checking;
    const { token } = standing;
    const store = standing.kind === 'unasked' ? storeUnasked : storeEdits;
    const stored = token && (await store(scope, standing, token, fields, edits, durable));
    return { changed: true, durable: stored ?? (await this.#begin(edits, durable)) };
  }

  async #begin(edits: readonly FieldEdit[], durable: boolean | undefined): Promise<boolean> {
    const { scope, standing, fields, response } = this.#held;
    const texts = new Map<string, string>();
    for (const { field, text } of edits) if (text !== null) texts.set(field, text);
    let isDurable = false;
    if (texts.size > 0) {
      response.assertCanBegin();
      isDurable = await storeNew(scope, standing, texts, durable);
    }
    for (const { field, text } of edits) fields.saved(field, text, text);
    return isDurable;
  }

  async #texts(
    token: SessionToken,
    fields: readonly string[] | undefined,
  ): Promise<ReadonlyMap<string, string>> {
    const { scope } = this.#held;
    const result = await readSession(scope, token, fields, performance.now() + scope.deadline);
    if (result.status === 'live') return result.record.fields;
    throw endedBy(result);
  }
}

function endedBy(
  found: { status: 'missing' } | { status: 'ended'; reason: SessionEndReason },
): SessionEndedError {
  return new SessionEndedError(found.status === 'ended' ? found.reason : 'expired');
}
