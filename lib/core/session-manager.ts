import { LiveSession } from './live-session.js';
import { loadSession } from './session-loading.js';
import type { SessionScope } from './session-scope.js';
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
        return new LiveSession(
          this.scope,
          { kind: 'ended', reason: found.reason },
          undefined,
          needed,
        );
      case 'live': {
        const live = new LiveSession(
          this.scope,
          { kind: 'live', token, times: found.record.times, login: found.login },
          found.record,
          needed,
        );
        if (found.values) live.fields.offer(found.values);
        return live;
      }
    }
  }

  /** A session of which nothing is stored yet. @param expired a token came whose session is there no more */
  fresh(fields: readonly string[] | undefined, expired = false): LiveSession {
    return new LiveSession(this.scope, { kind: 'new', expired }, undefined, this.#needed(fields));
  }

  /** An anonymous session that can't be written: the request brought several tokens. */
  ambiguous(): LiveSession {
    return new LiveSession(
      this.scope,
      { kind: 'ended', reason: 'ambiguous' },
      undefined,
      undefined,
    );
  }

  /** Some schemas look at all fields, whatever the handler declares. */
  #needed(fields: readonly string[] | undefined): readonly string[] | undefined {
    return this.scope.schema.whole ? undefined : fields;
  }
}
