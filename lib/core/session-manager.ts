import { LiveSession } from './live-session.js';
import { findSession, neededFields, type FoundSession } from './session-finding.js';
import type { SessionScope } from './session-scope.js';
import type { SessionToken } from './session-token.js';

/** Opens sessions: one read for each, none where there is no token. */
export class SessionManager {
  constructor(readonly scope: SessionScope) {}

  /**
   * The session of a verified token, or a new one that is stored with its first change.
   * @param fields the fields needed; undefined: all
   * @param unreadToo whether to give one that can't be written where the store does not answer
   * @throws SessionStoreUnavailableError
   */
  open(
    token: SessionToken | undefined,
    fields: readonly string[] | undefined,
    unreadToo: boolean = false,
  ): Promise<LiveSession> {
    if (!token) return Promise.resolve(this.#session({ standing: { kind: 'new' } }, fields));
    const needed = neededFields(this.scope.schema, fields);
    return findSession(this.scope, token, needed, unreadToo).then((found) =>
      this.#session(found, fields),
    );
  }

  /** An anonymous session that can't be written: the request brought several tokens. */
  ambiguous(): LiveSession {
    return this.#session({ standing: { kind: 'ended', reason: 'ambiguous' } }, undefined);
  }

  /** The session of a verified token, to be written without being read: the store is asked nothing before the first commit. */
  unasked(token: SessionToken | undefined): LiveSession {
    return this.#session({ standing: token ? { kind: 'unasked', token } : { kind: 'new' } }, []);
  }

  /** Whether a session must be read before it is written: where its schema looks at all fields, or data may be of an older version. */
  get readsFirst(): boolean {
    const { whole, migrate } = this.scope.schema;
    return whole || migrate !== undefined;
  }

  #session(
    { standing, record, values }: FoundSession,
    fields: readonly string[] | undefined,
  ): LiveSession {
    const { scope } = this;
    const live = new LiveSession(scope, standing, record, neededFields(scope.schema, fields));
    if (values) live.fields.offer(values);
    return live;
  }
}
