import type { Duration } from './duration.js';
import { SessionClosedError, SessionEndedError, type SessionEndReason } from './errors.js';
import { leaveFlash, takeFlash } from './flash-messages.js';
import { onceField, VERSION_FIELD } from './own-fields.js';
import { requireFieldName } from './reserved-names.js';
import { adder, exactly } from './exact-update.js';
import { assertFits, checkEdits, checkMerged } from './session-checks.js';
import type { RotateResult, SaveResult } from './session.js';
import { SessionFields, type FieldEdit } from './session-fields.js';
import { loadSession } from './session-loading.js';
import { newOperation, type SessionScope } from './session-scope.js';
import type { ReadResult, SessionRecord, SessionTimes } from './session-store.js';
import type { IssuedToken, SessionToken } from './session-token.js';
import { putOnce, takeOnce } from './single-use.js';

/** Whether there is a session in the store, and whose token this is. */
type Standing =
  | { readonly kind: 'new' }
  | { readonly kind: 'live'; readonly token: SessionToken }
  | { readonly kind: 'ended'; readonly reason: SessionEndReason };

/** What the client must be told with the response head. */
export type Handout = { readonly token: IssuedToken } | 'clear';

/** One session as one request holds it: its fields, what changed, and what becomes of it. */
export class LiveSession {
  readonly #scope: SessionScope;
  #standing: Standing;
  #times: SessionTimes | undefined;
  #touchDue = false;
  #fields: SessionFields;
  #handout: Handout | undefined;
  #tokenOnce: IssuedToken | undefined;
  #sealed: 'head' | 'response' | undefined;
  /** Saves of one session run one after another, also when a handler forgot to await. */
  #last: Promise<unknown> = Promise.resolve();
  #running = 0;
  /** From the call of destroy() until Redis has answered. */
  #ending = false;

  /** @param scoped the fields that were asked for; undefined: all */
  constructor(
    scope: SessionScope,
    standing: Standing,
    record: SessionRecord | undefined,
    scoped: readonly string[] | undefined,
  ) {
    this.#scope = scope;
    this.#standing = standing;
    this.#times = record?.times;
    this.#touchDue = record?.touchDue ?? false;
    this.#fields = new SessionFields(
      scope.schema,
      record?.fields ?? new Map<string, string>(),
      scoped,
    );
  }

  get fields(): SessionFields {
    return this.#fields;
  }

  get handle(): string | undefined {
    return this.#standing.kind === 'live' ? this.#standing.token.selector : undefined;
  }

  get isNew(): boolean {
    return this.#standing.kind === 'new';
  }

  get createdAt(): Date | undefined {
    return this.#times && new Date(this.#times.createdAt);
  }

  get expiresAt(): Date | undefined {
    const times = this.#times;
    return times && new Date(Math.min(times.touchedAt + times.idle, times.absoluteEnd));
  }

  /** The verified token, while the session lives. */
  get token(): SessionToken | undefined {
    return this.#standing.kind === 'live' ? this.#standing.token : undefined;
  }

  /** What the response must carry; asked once, as the head leaves. */
  get handout(): Handout | undefined {
    return this.#handout;
  }

  /** Notes that the head (or the whole response) has left: what needs a head is refused from now on. */
  seal(what: 'head' | 'response'): void {
    this.#sealed = what;
  }

  /** @throws SessionEndedError, SessionClosedError where a change could not be saved any more */
  assertWritable(): void {
    const standing = this.#standing;
    if (this.#ending || (standing.kind === 'ended' && standing.reason === 'destroyed')) {
      throw new SessionEndedError('destroyed');
    }
    if (this.#sealed === 'response') {
      throw new SessionClosedError(
        'The session was changed after the response had ended, so the change could not be saved. Await what changes the session before the handler returns.',
      );
    }
  }

  /** Whether something waits to be saved, or is being saved. Encoding errors surface here. */
  get unsaved(): boolean {
    return this.#running > 0 || this.#fields.edits().length > 0;
  }

  /** Saves what changed; where nothing did, moves the idle end on if that is due, without waiting. */
  flush(): Promise<boolean> {
    return this.#inTurn(() => this.#flush());
  }

  async save(): Promise<SaveResult> {
    const changed = await this.flush();
    return this.#withToken({ changed });
  }

  async reload(): Promise<void> {
    if (this.#standing.kind !== 'live') {
      this.#fields = new SessionFields(this.#scope.schema, new Map(), this.#fields.scope);
      return;
    }
    const scoped = this.#fields.scope;
    const found = await loadSession(this.#scope, this.#standing.token, scoped);
    if (found.status !== 'live') throw endedBy(found);
    this.#times = found.record.times;
    this.#fields = new SessionFields(this.#scope.schema, found.record.fields, scoped);
    if (found.values) this.#fields.offer(found.values);
  }

  async load(...names: string[]): Promise<void> {
    names.forEach(requireFieldName);
    if (this.#fields.whole) return;
    const wanted = names.length === 0 ? undefined : names;
    const texts = this.token ? (await this.#read(wanted)).fields : new Map<string, string>();
    this.#fields.extend(texts, wanted);
  }

  async rotate(): Promise<RotateResult> {
    if (this.#sealed) {
      throw new SessionClosedError(
        'session.rotate() was called after the response head had left, so the new token could not reach the client. Rotate before the first byte is written.',
      );
    }
    await this.flush();
    return this.#inTurn(async () => {
      const standing = this.#standing;
      if (standing.kind === 'ended') throw new SessionEndedError(standing.reason);
      if (standing.kind === 'new') return this.#withToken({ handle: undefined });
      const issued = this.#scope.signer.reissue(standing.token);
      const operation = newOperation(this.#scope);
      const result = await this.#scope.store.rotate(standing.token, issued.digest, operation);
      if (result.status === 'ended') throw new SessionEndedError(result.reason);
      this.#standing = { kind: 'live', token: issued };
      this.#handOut(issued);
      return this.#withToken({ handle: issued.selector });
    });
  }

  async destroy(): Promise<void> {
    this.#ending = true; // what is changed before Redis has answered would be lost without a word
    try {
      await this.#inTurn(() => this.#destroy());
    } finally {
      this.#ending = false;
    }
  }

  async update(field: string, fn: (value: unknown) => unknown): Promise<unknown> {
    this.assertWritable();
    requireFieldName(field);
    if (!this.#fields.isLoaded(field)) await this.load(field);
    return this.#inTurn(() => this.#update(field, fn));
  }

  async increment(field: string, by: number = 1): Promise<number> {
    return (await this.update(field, adder(field, by))) as number;
  }

  putOnce(field: string, value: unknown, options: { ttl?: Duration } = {}): void {
    this.assertWritable();
    putOnce(this.#fields, field, value, options.ttl, this.#scope.store.now(this.token));
  }

  async takeOnce(field: string): Promise<unknown> {
    const name = onceField(field);
    if (this.#fields.edits(name).length > 0) await this.flush();
    const token = this.token;
    if (token === undefined) return undefined;
    return this.#inTurn(() => takeOnce(this.#scope, token, this.#fields, name));
  }

  flash(key: string, ...value: [unknown?]): unknown {
    if (value.length === 0) return takeFlash(this.#fields, key);
    this.assertWritable();
    return leaveFlash(this.#fields, key, value[0]);
  }

  async #flush(): Promise<boolean> {
    const edits = this.#fields.edits();
    if (edits.length === 0) {
      this.touchIfDue();
      return false;
    }
    const standing = this.#standing;
    if (standing.kind === 'ended') throw new SessionEndedError(standing.reason);
    this.#touchDue = false;
    await checkEdits(this.#scope, this.#fields, edits);
    if (standing.kind === 'new') await this.#create(edits);
    else await this.#commit(standing.token, edits);
    return true;
  }

  async #update(field: string, fn: (value: unknown) => unknown): Promise<unknown> {
    const standing = this.#standing;
    if (standing.kind === 'ended') throw new SessionEndedError(standing.reason);
    if (standing.kind === 'live') {
      return exactly(this.#scope, standing.token, this.#fields, field, fn);
    }
    const value = this.#fields.get(field);
    const result = await fn(value);
    this.#fields.set(field, result === undefined ? value : result);
    await this.#flush();
    return this.#fields.get(field);
  }

  async #destroy(): Promise<void> {
    const standing = this.#standing;
    if (standing.kind === 'live') {
      const operation = newOperation(this.#scope);
      const result = await this.#scope.store.destroy(standing.token, operation);
      if (result.status === 'ended') assertNotAlive(result.reason);
      this.#handout = 'clear';
    } else if (standing.kind === 'new') {
      this.#handout = undefined;
    } else {
      assertNotAlive(standing.reason);
    }
    this.#standing = { kind: 'ended', reason: 'destroyed' };
    this.#times = this.#tokenOnce = undefined;
    this.#fields = new SessionFields(this.#scope.schema, new Map(), undefined);
  }

  async #create(edits: readonly FieldEdit[]): Promise<void> {
    const { store, signer, schema, anonymous } = this.#scope;
    const texts = new Map<string, string>();
    for (const { field, text } of edits) if (text !== null) texts.set(field, text);
    if (texts.size === 0) return;
    if (this.#sealed) {
      throw new SessionClosedError(
        'A session was begun after the response head had left, so its token could not reach the client. Write to the session before the first byte, or begin it in an earlier request.',
      );
    }
    if (schema.version > 0) texts.set(VERSION_FIELD, String(schema.version));
    assertFits(this.#scope, texts);
    const issued = signer.issue('anonymous');
    this.#times = await store.create(issued, anonymous, texts, newOperation(this.#scope));
    this.#standing = { kind: 'live', token: issued };
    this.#handOut(issued);
    for (const [field, text] of texts) this.#fields.saved(field, text, text);
  }

  async #commit(token: SessionToken, edits: readonly FieldEdit[]): Promise<void> {
    const { committer } = this.#scope;
    const operation = newOperation(this.#scope);
    const done = await committer.commit(token, edits, operation, (texts) =>
      checkMerged(this.#scope, this.#fields, texts),
    );
    if (done.touchedAt !== undefined && this.#times) {
      this.#times = { ...this.#times, touchedAt: done.touchedAt };
    }
    for (const { field, text } of edits) {
      this.#fields.saved(field, text, done.texts.get(field) ?? null);
    }
  }

  /** Moves the idle end on where a tenth of the idle time has passed, without waiting for it. */
  touchIfDue(): undefined {
    const token = this.token;
    if (!this.#touchDue || !token) return;
    this.#touchDue = false;
    // Not awaited: a lost touch costs a tenth of the idle time at most, and the next request makes up for it.
    this.#scope.store.touch(token, performance.now() + this.#scope.deadline).catch(() => undefined);
  }

  async #read(fields: readonly string[] | undefined): Promise<SessionRecord> {
    const deadline = performance.now() + this.#scope.deadline;
    const result = await this.#scope.store.read(this.token!, fields, deadline);
    if (result.status === 'live') return result.record;
    throw endedBy(result);
  }

  #handOut(issued: IssuedToken): void {
    this.#handout = { token: issued };
    this.#tokenOnce = issued;
  }

  #withToken<R extends object>(result: R): R {
    const issued = this.#tokenOnce;
    if (issued && this.#scope.tokenInResult) {
      this.#tokenOnce = undefined;
      Object.defineProperty(result, 'token', { value: issued.text, enumerable: false });
    }
    return result;
  }

  #inTurn<R>(work: () => Promise<R>): Promise<R> {
    this.#running++;
    const run = this.#last.then(work).finally(() => this.#running--);
    this.#last = run.catch(() => undefined);
    return run;
  }
}

function endedBy(found: Exclude<ReadResult, { readonly status: 'live' }>): SessionEndedError {
  return new SessionEndedError(found.status === 'ended' ? found.reason : 'expired');
}

/** Who ends a session must not be told that it has ended while it lives on under another token. */
function assertNotAlive(reason: SessionEndReason): void {
  if (reason === 'rotated' || reason === 'ambiguous') throw new SessionEndedError(reason);
}
