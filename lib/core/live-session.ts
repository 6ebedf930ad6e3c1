import type {
  ElevateOptions,
  ElevateResult,
  LoginOptions,
  LoginResult,
  LogoutOptions,
  LogoutResult,
} from './auth/login-options.js';
import type { LoginOrigin } from './auth/login-request.js';
import type { Principal } from './auth/principal.js';
import type { Duration } from './duration.js';
import {
  SessionEndedError,
  SessionInvalidError,
  type SessionEndReason,
  type SessionStoreUnavailableError,
} from './errors.js';
import { adder } from './exact-update.js';
import { leaveFlash, takeFlash } from './flash-messages.js';
import type { HeldSession } from './held-session.js';
import { onceField } from './own-fields.js';
import { renew } from './renewal.js';
import { requireFieldName } from './reserved-names.js';
import { ResponseSeal } from './response-seal.js';
import { SessionFields } from './session-fields.js';
import { SessionIdentity } from './session-identity.js';
import { SessionSaving } from './session-saving.js';
import type { SessionScope } from './session-scope.js';
import { SessionStanding, type Handout, type Standing } from './session-standing.js';
import type { SessionRecord } from './session-store.js';
import type { SessionToken } from './session-token.js';
import { SessionTurns } from './session-turns.js';
import type { RotateResult, SaveOptions, SaveResult } from './session.js';
import { putOnce, takeOnce } from './single-use.js';

/** One session as one request holds it: its fields, what changed, and what becomes of it. */
export class LiveSession {
  readonly #held: HeldSession;
  readonly #saving: SessionSaving;
  readonly #identity: SessionIdentity;
  /** Makes CSRF tokens; undefined where nothing checks them. */
  csrf: (() => string) | undefined;

  /** @param scoped the fields that were asked for; undefined: all */
  constructor(
    scope: SessionScope,
    standing: Standing,
    record: SessionRecord | undefined,
    scoped: readonly string[] | undefined,
  ) {
    this.#held = {
      scope,
      standing: new SessionStanding(standing, record?.touchDue ?? false),
      fields: new SessionFields(scope.schema, record?.fields ?? new Map(), scoped),
      turns: new SessionTurns(),
      response: new ResponseSeal(),
    };
    this.#saving = new SessionSaving(this.#held);
    this.#identity = new SessionIdentity(this.#held, this.#saving);
  }

  /** Where the request comes from, for the user's list of devices and for events. */
  set origin(origin: () => LoginOrigin) {
    this.#held.standing.origin = origin;
  }

  get fields(): SessionFields {
    return this.#held.fields;
  }

  get handle(): string | undefined {
    return this.token?.selector;
  }

  get isNew(): boolean {
    return this.#held.standing.kind === 'new';
  }

  get createdAt(): Date | undefined {
    const { times } = this.#held.standing;
    return times && new Date(times.createdAt);
  }

  get expiresAt(): Date | undefined {
    const { times } = this.#held.standing;
    return times && new Date(Math.min(times.touchedAt + times.idle, times.absoluteEnd));
  }

  /** Who is logged in; undefined where nobody is. */
  get principal(): Principal | undefined {
    return this.#held.standing.login?.principal;
  }

  /** Why the token that the request brought is no longer good; undefined where it is, or none came. */
  get tokenEnd(): SessionEndReason | undefined {
    return this.#held.standing.tokenEnd;
  }

  /** Why the session could not be read, where the request goes on without it; then nothing can be written either. */
  get unread(): SessionStoreUnavailableError | undefined {
    return this.#held.standing.unread;
  }

  /** The verified token, while the session lives. */
  get token(): SessionToken | undefined {
    return this.#held.standing.token;
  }

  /** What the response must carry; asked as the head leaves. */
  get handout(): Handout | undefined {
    return this.#held.standing.handout;
  }

  /** Notes that the head (or the whole response) has left: what needs a head is refused from now on. */
  seal(what: 'head' | 'response'): void {
    this.#held.response.close(what);
  }

  /** @throws SessionEndedError, SessionClosedError, SessionStoreUnavailableError where a change could not be saved any more */
  assertWritable(): void {
    const { standing, response } = this.#held;
    standing.assertRead();
    if (standing.ending || standing.endReason === 'destroyed') {
      throw new SessionEndedError('destroyed');
    }
    response.assertCanChange();
  }

  /**
   * Sets a field whatever the store holds, with the response's head; undefined removes it.
   * @throws SessionEndedError, SessionClosedError, SessionStoreUnavailableError, SessionInvalidError
   */
  overwrite(field: string, value: unknown): void {
    this.assertWritable();
    this.#held.response.assertCanOverwrite();
    this.#held.fields.overwrite(requireFieldName(field), value);
  }

  /** Whether something waits to be saved, or is being saved. Encoding errors surface here. */
  get unsaved(): boolean {
    return this.#saving.unsaved;
  }

  /** Saves what changed; where nothing did, moves the idle end on if that is due, without waiting. */
  flush(): Promise<boolean> {
    return this.#saving.flush();
  }

  /** The same, begun in this turn; undefined where there is nothing to wait for. Encoding errors are thrown. */
  flushIfDue(): Promise<unknown> | undefined {
    return this.#saving.flushIfDue();
  }

  /** Whether the head that is about to leave should carry a new token. */
  get renewalDue(): boolean {
    const { standing, response } = this.#held;
    return standing.renewal !== undefined && response.headIsHere;
  }

  /** Makes the new token that is due. What fails is left to a later request. */
  async renew(): Promise<void> {
    const { scope, standing, turns } = this.#held;
    if (this.renewalDue) await turns.take(() => renew(scope, standing));
  }

  async save({ durable }: SaveOptions = {}): Promise<SaveResult> {
    const saved = await this.#saving.save(durable);
    return this.#identity.tell({ ...saved });
  }

  reload(): Promise<void> {
    return this.#saving.reload();
  }

  /**
   * Reads a session that was only written so far, and loads the fields (undefined: all).
   * @param unreadToo whether it may go on without where the store does not answer
   */
  ask(names: readonly string[] | undefined, unreadToo: boolean): Promise<void> {
    return this.#saving.ask(names, unreadToo);
  }

  async load(...names: string[]): Promise<void> {
    names.forEach(requireFieldName);
    await this.#saving.load(names);
  }

  async login(userId: string, options: LoginOptions = {}): Promise<LoginResult> {
    return this.#identity.login(userId, options, this.#held.standing.origin?.() ?? {});
  }

  logout(options: LogoutOptions = {}): Promise<LogoutResult> {
    return this.#identity.logout(options);
  }

  elevate(options: ElevateOptions): Promise<ElevateResult> {
    return this.#identity.elevate(options);
  }

  rotate(): Promise<RotateResult> {
    return this.#identity.rotate();
  }

  destroy(): Promise<void> {
    return this.#identity.destroy();
  }

  csrfToken(): string {
    if (this.csrf) return this.csrf();
    throw new SessionInvalidError(
      'session.csrfToken() was called where no CSRF token is ever checked: outside of a request, without a session cookie, or with csrf: false. Drop the call, or the option.',
    );
  }

  async update(field: string, fn: (value: unknown) => unknown): Promise<unknown> {
    this.assertWritable();
    await this.#saving.need([requireFieldName(field)]);
    return this.#held.turns.take(() => this.#saving.updateInTurn(field, fn));
  }

  async increment(field: string, by: number = 1): Promise<number> {
    return (await this.update(field, adder(field, by))) as number;
  }

  putOnce(field: string, value: unknown, options: { ttl?: Duration } = {}): void {
    this.assertWritable();
    const { scope, fields } = this.#held;
    putOnce(fields, field, value, options.ttl, scope.store.now(this.token));
  }

  async takeOnce(field: string): Promise<unknown> {
    const name = onceField(field);
    const { scope, standing, fields, turns } = this.#held;
    standing.assertRead();
    if (fields.edits(name).length > 0) await this.flush();
    const { token } = this;
    if (token === undefined) return undefined;
    return turns.take(() => takeOnce(scope, token, fields, name));
  }

  flash(key: string, ...value: [unknown?]): unknown {
    if (value.length === 0) return takeFlash(this.fields, key);
    this.assertWritable();
    return leaveFlash(this.fields, key, value[0]);
  }
}
