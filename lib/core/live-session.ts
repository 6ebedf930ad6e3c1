import { elevate } from './auth/elevate.js';
import { login } from './auth/login.js';
import { requireKeep } from './auth/login-input.js';
import type {
  ElevateOptions,
  ElevateResult,
  LoginOptions,
  LoginResult,
  LogoutOptions,
  LogoutResult,
} from './auth/login-options.js';
import { loginRequest, type LoginOrigin } from './auth/login-request.js';
import { logout } from './auth/logout.js';
import type { Principal } from './auth/principal.js';
import type { Duration } from './duration.js';
import {
  SessionClosedError,
  SessionEndedError,
  SessionInvalidError,
  type SessionEndReason,
} from './errors.js';
import { leaveFlash, takeFlash } from './flash-messages.js';
import { onceField } from './own-fields.js';
import { requireFieldName } from './reserved-names.js';
import { adder, exactly } from './exact-update.js';
import { checkEdits } from './session-checks.js';
import type { RotateResult, SaveResult } from './session.js';
import { SessionFields, type FieldEdit } from './session-fields.js';
import { loadSession, readSession } from './session-loading.js';
import { newOperation, type SessionScope } from './session-scope.js';
import { SessionStanding, type Handout, type Standing } from './session-standing.js';
import type { SessionRecord } from './session-store.js';
import type { SessionToken } from './session-token.js';
import { storeEdits, storeNew } from './session-writing.js';
import { callUpdate } from './update-function.js';
import { putOnce, takeOnce } from './single-use.js';

/** One session as one request holds it: its fields, what changed, and what becomes of it. */
export class LiveSession {
  readonly #scope: SessionScope;
  readonly #standing: SessionStanding;
  #fields: SessionFields;
  #touchDue: boolean;
  /** Where the request comes from, for the user's list of devices; asked for only at login. */
  origin: (() => LoginOrigin) | undefined;
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
    this.#standing = new SessionStanding(standing);
    this.#touchDue = record?.touchDue ?? false;
    this.#fields = new SessionFields(scope.schema, record?.fields ?? new Map(), scoped);
  }

  get fields(): SessionFields {
    return this.#fields;
  }

  get handle(): string | undefined {
    return this.token?.selector;
  }

  get isNew(): boolean {
    return this.#standing.kind === 'new';
  }

  get createdAt(): Date | undefined {
    const { times } = this.#standing;
    return times && new Date(times.createdAt);
  }

  get expiresAt(): Date | undefined {
    const { times } = this.#standing;
    return times && new Date(Math.min(times.touchedAt + times.idle, times.absoluteEnd));
  }

  /** Who is logged in; undefined where nobody is. */
  get principal(): Principal | undefined {
    return this.#standing.login?.principal;
  }

  /** Why the token that the request brought is no longer good; undefined where it is, or none came. */
  get tokenEnd(): SessionEndReason | undefined {
    return this.#standing.tokenEnd;
  }

  /** The verified token, while the session lives. */
  get token(): SessionToken | undefined {
    return this.#standing.token;
  }

  /** What the response must carry; asked as the head leaves. */
  get handout(): Handout | undefined {
    return this.#standing.handout;
  }

  /** Notes that the head (or the whole response) has left: what needs a head is refused from now on. */
  seal(what: 'head' | 'response'): void {
    this.#sealed = what;
  }

  /** @throws SessionEndedError, SessionClosedError where a change could not be saved any more */
  assertWritable(): void {
    if (this.#ending || this.#standing.endReason === 'destroyed') {
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
    return this.#tell({ changed });
  }

  async reload(): Promise<void> {
    const { token } = this;
    if (!token) {
      this.#fields = new SessionFields(this.#scope.schema, new Map(), this.#fields.scope);
      return;
    }
    const scoped = this.#fields.scope;
    const found = await loadSession(this.#scope, token, scoped);
    if (found.status !== 'live') throw endedBy(found);
    this.#standing.learn(found.record.times);
    this.#standing.relogin(found.login);
    this.#fields = new SessionFields(this.#scope.schema, found.record.fields, scoped);
    if (found.values) this.#fields.offer(found.values);
  }

  async load(...names: string[]): Promise<void> {
    names.forEach(requireFieldName);
    if (this.#fields.whole) return;
    const wanted = names.length === 0 ? undefined : names;
    const { token } = this;
    const texts = token ? await this.#texts(token, wanted) : new Map<string, string>();
    this.#fields.extend(texts, wanted);
  }

  async login(userId: string, options: LoginOptions = {}): Promise<LoginResult> {
    this.#assertHeadIsHere('login');
    const request = loginRequest('session.login()', userId, options, this.origin?.() ?? {});
    const missing = request.keep.filter((field) => !this.#fields.isLoaded(field));
    if (missing.length > 0) await this.load(...missing);
    return this.#inTurn(async () => {
      if (this.#standing.endReason === 'ambiguous') throw new SessionEndedError('ambiguous');
      const done = await login(this.#scope, this.#standing, this.#fields, request);
      this.#touchDue = false;
      return this.#tell(done);
    });
  }

  async logout(options: LogoutOptions = {}): Promise<LogoutResult> {
    const keep = requireKeep(options.keep, 'session.logout()');
    const { token } = this;
    if (!this.principal || !token) {
      if (keep.length === 0) await this.destroy();
      return { durable: true };
    }
    if (keep.length > 0) this.#assertHeadIsHere('logout');
    const missing = keep.filter((field) => !this.#fields.isLoaded(field));
    if (missing.length > 0) await this.load(...missing);
    return this.#inTurn(() => logout(this.#scope, this.#standing, this.#fields, token, keep));
  }

  async elevate(options: ElevateOptions): Promise<ElevateResult> {
    this.#assertHeadIsHere('elevate');
    await this.flush();
    return this.#inTurn(async () => {
      this.#standing.assertNotEnded();
      const { token } = this;
      const { login: current } = this.#standing;
      if (!token || !current) {
        throw new SessionInvalidError(
          'session.elevate() needs a session that is logged in. Put @Authenticated() on the handler, or call session.login() first.',
        );
      }
      return this.#tell(await elevate(this.#scope, this.#standing, token, current, options));
    });
  }

  async rotate(): Promise<RotateResult> {
    this.#assertHeadIsHere('rotate');
    await this.flush();
    return this.#inTurn(async () => {
      this.#standing.assertNotEnded();
      const { token } = this;
      if (!token) return { handle: undefined };
      const issued = this.#scope.signer.reissue(token);
      const operation = newOperation(this.#scope);
      const result = await this.#scope.store.rotate(token, issued.digest, operation);
      if (result.status === 'ended') throw new SessionEndedError(result.reason);
      this.#standing.rotate(issued);
      return this.#tell({ handle: issued.selector });
    });
  }

  async destroy(): Promise<void> {
    const { token } = this;
    if (this.principal && token) {
      const { users } = this.#scope.store;
      const removal = { selectors: [token.selector], reason: 'destroyed' as const };
      await users.strike(token.home, removal, newOperation(this.#scope));
    }
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
    const { token } = this;
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
    this.#standing.assertNotEnded();
    this.#touchDue = false;
    await checkEdits(this.#scope, this.#fields, edits);
    const { token } = this;
    if (token) await storeEdits(this.#scope, this.#standing, token, this.#fields, edits);
    else await this.#create(edits);
    return true;
  }

  async #update(field: string, fn: (value: unknown) => unknown): Promise<unknown> {
    this.#standing.assertNotEnded();
    const { token } = this;
    if (token) return exactly(this.#scope, token, this.#fields, field, fn);
    const value = this.#fields.get(field);
    this.#fields.set(field, await callUpdate(field, fn, value, this.#scope.deadline));
    await this.#flush();
    return this.#fields.get(field);
  }

  async #destroy(): Promise<void> {
    const { token, endReason } = this.#standing;
    if (endReason) assertNotAlive(endReason);
    if (token) {
      const result = await this.#scope.store.destroy(token, newOperation(this.#scope));
      if (result.status === 'ended') assertNotAlive(result.reason);
    }
    this.#standing.destroy();
    this.#fields = new SessionFields(this.#scope.schema, new Map(), undefined);
  }

  async #create(edits: readonly FieldEdit[]): Promise<void> {
    const texts = new Map<string, string>();
    for (const { field, text } of edits) if (text !== null) texts.set(field, text);
    if (texts.size === 0) return;
    if (this.#sealed) {
      throw new SessionClosedError(
        'A session was begun after the response head had left, so its token could not reach the client. Write to the session before the first byte, or begin it in an earlier request.',
      );
    }
    await storeNew(this.#scope, this.#standing, texts);
    for (const [field, text] of texts) this.#fields.saved(field, text, text);
  }

  /** Moves the idle end on where a tenth of the idle time has passed, without waiting for it. */
  touchIfDue(): undefined {
    const { token } = this;
    if (!this.#touchDue || !token) return;
    this.#touchDue = false;
    // Not awaited: a lost touch costs a tenth of the idle time at most, and the next request makes up for it.
    this.#scope.store.touch(token, performance.now() + this.#scope.deadline).catch(() => undefined);
  }

  async #texts(
    token: SessionToken,
    fields: readonly string[] | undefined,
  ): Promise<ReadonlyMap<string, string>> {
    const deadline = performance.now() + this.#scope.deadline;
    const result = await readSession(this.#scope, token, fields, deadline);
    if (result.status === 'live') return result.record.fields;
    throw endedBy(result);
  }

  /** What gives the client a new token must come before the response's head. */
  #assertHeadIsHere(call: string): void {
    if (!this.#sealed) return;
    throw new SessionClosedError(
      `session.${call}() was called after the response head had left, so the new token could not reach the client. Call it before the first byte is written.`,
    );
  }

  /** A new token is in the result only where no transport carries it. */
  #tell<R extends object>(result: R): R {
    return this.#scope.tokenInResult ? this.#standing.tell(result) : result;
  }

  #inTurn<R>(work: () => Promise<R>): Promise<R> {
    this.#running++;
    const run = this.#last.then(work).finally(() => this.#running--);
    this.#last = run.catch(() => undefined);
    return run;
  }
}

function endedBy(found: { status: 'missing' } | { status: 'ended'; reason: SessionEndReason }) {
  return new SessionEndedError(found.status === 'ended' ? found.reason : 'expired');
}

/** Who ends a session must not be told that it has ended while the client lives on under another token. */
function assertNotAlive(reason: SessionEndReason): void {
  if (reason === 'rotated' || reason === 'login' || reason === 'ambiguous') {
    throw new SessionEndedError(reason);
  }
}
