import { CommitTurns } from '../../../lib/core/commit-turns.js';
import type { SessionInvalidError } from '../../../lib/core/errors.js';
import type { MergePolicy } from '../../../lib/core/merge.js';
import { SessionCommitter } from '../../../lib/core/session-committer.js';
import { NO_EVENTS } from '../../../lib/core/session-event.js';
import { SessionManager } from '../../../lib/core/session-manager.js';
import { newOperation } from '../../../lib/core/session-scope.js';
import { TokenSigner, type SessionToken } from '../../../lib/core/session-token.js';
import { createSessionView, liveSessionOf } from '../../../lib/core/session-view.js';
import type { Session } from '../../../lib/core/session.js';
import { MemorySessionStore } from '../../../lib/memory/memory-session-store.js';
import { resolveOptions } from '../../../lib/options/resolve-options.js';
import type { SessionSchemaOption } from '../../../lib/options/schema.options.js';
import { testAuth } from '../../support/test-sessions.js';
import { createSessionSchema, type AppSchema } from '../../../lib/schema/create-session-schema.js';

const SECRET = 'qV3xN8-tKbZ1rW6yGm0PdLs9_UfHcJ5eXo2iTaQwE7k';
const MINUTE = 60_000;

/** The embedded store, which counts what is asked of it. */
export class CountingStore extends MemorySessionStore {
  reads = 0;
  commits = 0;

  override read(
    ...asked: Parameters<MemorySessionStore['read']>
  ): ReturnType<MemorySessionStore['read']> {
    this.reads++;
    return super.read(...asked);
  }

  override commit(
    ...asked: Parameters<MemorySessionStore['commit']>
  ): ReturnType<MemorySessionStore['commit']> {
    this.commits++;
    return super.commit(...asked);
  }
}

export interface SchemaTestOptions {
  readonly onInvalidData?: 'drop' | 'reset' | 'fail';
  readonly merge?: Readonly<Record<string, MergePolicy>>;
  /** Several apps over one store: the same sessions, as versions of one app see them. */
  readonly store?: CountingStore;
  /** In place of the schema that the options ask for. */
  readonly made?: AppSchema;
}

/** Sessions of an app with a schema, without HTTP. */
export class SchemaSessions<T extends object> {
  private constructor(
    readonly manager: SessionManager,
    readonly store: CountingStore,
  ) {}

  static async of<T extends object>(
    schema: SessionSchemaOption | undefined,
    { store = new CountingStore(), made, ...given }: SchemaTestOptions = {},
  ): Promise<SchemaSessions<T>> {
    const options = resolveOptions({ secret: SECRET, store: 'memory', schema, ...given });
    const app = made ?? (await createSessionSchema(options));
    const limits = { session: options.limits.session, fields: options.limits.fields };
    const manager = new SessionManager({
      store,
      signer: new TokenSigner([SECRET], 'sess:'),
      schema: app.schema,
      committer: new SessionCommitter(store, app.schema, app.policyOf, limits, new CommitTurns()),
      auth: testAuth(),
      rotateAfter: undefined,
      events: NO_EVENTS,
      anonymous: { idle: 10 * MINUTE, absolute: 60 * MINUTE },
      replicated: false,
      deadline: 5000,
      maxBytes: limits.session,
      maxFields: limits.fields,
      tokenInResult: false,
    });
    return new SchemaSessions<T>(manager, store);
  }

  /** The session as one request has it; `fields` are those that its handler declares. */
  async open(token?: SessionToken, fields?: readonly string[]): Promise<Session<T>> {
    return createSessionView<T>(await this.manager.open(token, fields));
  }

  /** A stored session with these texts, as another language or another version of the app has written them. */
  async storedAs(texts: Readonly<Record<string, string>>): Promise<SessionToken> {
    const { signer, anonymous } = this.manager.scope;
    const issued = signer.issue('anonymous');
    const fields = new Map(Object.entries(texts));
    await this.store.create(issued, anonymous, fields, newOperation(this.manager.scope));
    return issued;
  }

  /** A session stored by a request that made these changes. */
  async stored(change: (session: Session<T>) => void): Promise<SessionToken> {
    const session = await this.open();
    change(session);
    await session.save();
    return tokenOf(session);
  }

  /** Puts a text there as another language would. */
  async put(token: SessionToken, field: string, text: string): Promise<void> {
    const limits = { session: Infinity, fields: Infinity };
    const change = { field, text, base: undefined };
    await this.store.commit(token, [change], limits, newOperation(this.manager.scope), 1);
  }

  /** What is stored, the version of the data included. */
  async texts(token: SessionToken): Promise<Record<string, string>> {
    const found = await this.store.read(token, undefined, performance.now() + 1000);
    if (found.status !== 'live') throw new Error(`The session is ${found.status}`);
    return Object.fromEntries(found.record.fields);
  }
}

/** The token of a session that is stored. */
export function tokenOf(session: object): SessionToken {
  return liveSessionOf(session)!.token!;
}

/** The lines with which saving is refused; none where it is not. */
export async function refusals(session: { save(): Promise<unknown> }): Promise<readonly string[]> {
  return issuesOf(() => session.save());
}

/** The lines of the SessionInvalidError that something ends in. */
export async function issuesOf(work: () => unknown): Promise<readonly string[]> {
  try {
    await work();
  } catch (error) {
    const { code, issues } = error as SessionInvalidError;
    if (code !== 'SESSION_INVALID') throw error;
    return issues;
  }
  return [];
}
