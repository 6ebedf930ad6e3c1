import { meetReplay } from './auth/theft.js';
import type { SessionEndReason, SessionStoreUnavailableError } from './errors.js';
import { LiveSession } from './live-session.js';
import { renewalDue } from './renewal.js';
import { loadSession, type LoadResult } from './session-loading.js';
import type { SessionScope } from './session-scope.js';
import type { Standing } from './session-standing.js';
import type { SessionToken } from './session-token.js';

/** Opens sessions: one read for each, none where there is no token. */
export class SessionManager {
  constructor(readonly scope: SessionScope) {}

  /**
   * The session of a verified token, or a new one that is stored with its first change.
   * @param fields the fields needed; undefined: all
   * @throws SessionStoreUnavailableError
   */
  async open(
    token: SessionToken | undefined,
    fields: readonly string[] | undefined,
  ): Promise<LiveSession> {
    if (!token) return this.fresh(fields);
    const needed = this.#needed(fields);
    const found = await loadSession(this.scope, token, needed);
    switch (found.status) {
      case 'missing':
        return this.fresh(fields, true);
      case 'ended':
        return this.#ended(await this.#reasonOf(token, found), needed);
      case 'live':
        return this.#live(token, found, needed);
    }
  }

  /** A session of which nothing is stored yet. @param expired a token came whose session is there no more */
  fresh(fields: readonly string[] | undefined, expired = false): LiveSession {
    return new LiveSession(this.scope, { kind: 'new', expired }, undefined, this.#needed(fields));
  }

  /** An anonymous session that can't be written: the request brought several tokens. */
  ambiguous(): LiveSession {
    return this.#ended('ambiguous', undefined);
  }

  /** An empty session that can't be written: the store did not say what is in it. */
  unread(error: SessionStoreUnavailableError, fields: readonly string[] | undefined): LiveSession {
    const standing: Standing = { kind: 'unread', error };
    return new LiveSession(this.scope, standing, undefined, this.#needed(fields));
  }

  #live(
    token: SessionToken,
    { record, login, values }: Extract<LoadResult, { status: 'live' }>,
    needed: readonly string[] | undefined,
  ): LiveSession {
    const { scope } = this;
    // A visitor's token opens no login, and a late answer with a new one could push out that of a login.
    const renewal = login && renewalDue(scope, record, scope.store.now(token));
    const standing: Standing = { kind: 'live', token, times: record.times, login, renewal };
    const live = new LiveSession(scope, standing, record, needed);
    if (values) live.fields.offer(values);
    return live;
  }

  #ended(reason: SessionEndReason, needed: readonly string[] | undefined): LiveSession {
    return new LiveSession(this.scope, { kind: 'ended', reason }, undefined, needed);
  }

  /** Asked only as a request begins: in one that has begun, a secret that has lost its grace is no sign of theft. */
  async #reasonOf(
    token: SessionToken,
    { reason, replay }: Extract<LoadResult, { status: 'ended' }>,
  ): Promise<SessionEndReason> {
    return replay ? meetReplay(this.scope, token, replay) : reason;
  }

  /** Some schemas look at all fields, whatever the handler declares. */
  #needed(fields: readonly string[] | undefined): readonly string[] | undefined {
    return this.scope.schema.whole ? undefined : fields;
  }
}
