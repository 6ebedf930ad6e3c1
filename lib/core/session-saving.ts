import { SessionEndedError, type SessionEndReason } from './errors.js';
import type { HeldSession } from './held-session.js';
import { checkEdits } from './session-checks.js';
import type { FieldEdit } from './session-fields.js';
import { loadSession, readSession } from './session-loading.js';
import type { SessionToken } from './session-token.js';
import { storeEdits, storeNew } from './session-writing.js';

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
  flush(): Promise<boolean> {
    return this.#held.turns.take(() => this.flushInTurn());
  }

  /** The same, for what has its turn already. */
  async flushInTurn(): Promise<boolean> {
    const { scope, standing, fields } = this.#held;
    const edits = fields.edits();
    if (edits.length === 0) {
      this.touchIfDue();
      return false;
    }
    standing.assertNotEnded();
    standing.touchDue = false;
    await checkEdits(scope, fields, edits);
    const { token } = standing;
    if (token) await storeEdits(scope, standing, token, fields, edits);
    else await this.#begin(edits);
    return true;
  }

  /** Moves the idle end on where a tenth of the idle time has passed, without waiting for it. */
  touchIfDue(): undefined {
    const { scope, standing } = this.#held;
    const { token } = standing;
    if (!standing.touchDue || !token) return;
    standing.touchDue = false;
    // Not awaited: a lost touch costs a tenth of the idle time at most, and the next request makes up for it.
    scope.store.touch(token, performance.now() + scope.deadline).catch(() => undefined);
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

  /** Loads those of the fields that are not in hand. */
  async need(names: readonly string[]): Promise<void> {
    const missing = names.filter((field) => !this.#held.fields.isLoaded(field));
    if (missing.length > 0) await this.load(missing);
  }

  async #begin(edits: readonly FieldEdit[]): Promise<void> {
    const { scope, standing, fields, response } = this.#held;
    const texts = new Map<string, string>();
    for (const { field, text } of edits) if (text !== null) texts.set(field, text);
    if (texts.size === 0) return;
    response.assertCanBegin();
    await storeNew(scope, standing, texts);
    for (const [field, text] of texts) fields.saved(field, text, text);
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
