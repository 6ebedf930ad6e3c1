import { SessionEndedError } from './errors.js';
import { decodeField } from './field-codec.js';
import { LiveSession } from './live-session.js';
import { VERSION_FIELD } from './own-fields.js';
import type { SessionScope } from './session-scope.js';
import type { ReadResult, SessionRecord } from './session-store.js';
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
    const needed = this.scope.schema.whole ? undefined : fields;
    const found = await this.#read(token, needed ?? this.scope.schema.fieldNames);
    switch (found.status) {
      case 'missing':
        return this.fresh(fields);
      case 'ended':
        return new LiveSession(
          this.scope,
          { kind: 'ended', reason: found.reason },
          undefined,
          needed,
        );
      case 'live':
        return this.#live(token, found.record, needed);
    }
  }

  /** A session of which nothing is stored yet. */
  fresh(fields: readonly string[] | undefined): LiveSession {
    return new LiveSession(this.scope, { kind: 'new' }, undefined, fields);
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

  async #live(
    token: SessionToken,
    record: SessionRecord,
    fields: readonly string[] | undefined,
  ): Promise<LiveSession> {
    const { schema } = this.scope;
    const version = Number(record.fields.get(VERSION_FIELD) ?? 0);
    if (!schema.migrate || version >= schema.version) {
      return new LiveSession(this.scope, { kind: 'live', token }, record, fields);
    }
    return this.#migrated(token, version);
  }

  /** The app's data shape changed since the session was written: today's shape is saved with this request. */
  async #migrated(token: SessionToken, version: number): Promise<LiveSession> {
    const { schema } = this.scope;
    const found = await this.#read(token, undefined);
    if (found.status !== 'live') {
      throw new SessionEndedError(found.status === 'ended' ? found.reason : 'expired');
    }
    const before: Record<string, unknown> = {};
    for (const [field, text] of found.record.fields) {
      if (!field.startsWith('@')) before[field] = decodeField(text);
    }
    const after = await schema.migrate!(structuredClone(before), version);
    const live = new LiveSession(this.scope, { kind: 'live', token }, found.record, undefined);
    for (const field of Object.keys(before)) {
      if (!Object.hasOwn(after, field)) live.fields.set(field, undefined);
    }
    for (const [field, value] of Object.entries(after)) live.fields.set(field, value);
    live.fields.set(VERSION_FIELD, schema.version);
    return live;
  }

  #read(token: SessionToken, fields: readonly string[] | undefined): Promise<ReadResult> {
    return this.scope.store.read(token, fields, performance.now() + this.scope.deadline);
  }
}
