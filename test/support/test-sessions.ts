import { homeOfUser } from '../../lib/core/auth/user-home.js';
import type { AuthScope } from '../../lib/core/auth/auth-scope.js';
import type { SessionLimit } from '../../lib/core/auth/session-limit.js';
import { AuthTexts } from '../../lib/core/auth/auth-texts.js';
import { KnownLogins } from '../../lib/core/auth/known-logins.js';
import { Seal } from '../../lib/core/auth/seal.js';
import { CommitTurns } from '../../lib/core/commit-turns.js';
import type { MergePolicy } from '../../lib/core/merge.js';
import type { Operation } from '../../lib/core/operation.js';
import { PlainSchema } from '../../lib/core/schema/plain-schema.js';
import { SessionCommitter } from '../../lib/core/session-committer.js';
import type { EventDetails, SessionEventType } from '../../lib/core/session-event.js';
import { SessionManager } from '../../lib/core/session-manager.js';
import type { SessionScope } from '../../lib/core/session-scope.js';
import type {
  CommitResult,
  FieldChange,
  SessionAddress,
  StoreLimits,
} from '../../lib/core/session-store.js';
import { TokenSigner, type SessionToken } from '../../lib/core/session-token.js';
import { createSessionView, liveSessionOf } from '../../lib/core/session-view.js';
import type { LiveSession } from '../../lib/core/live-session.js';
import type { Session } from '../../lib/core/session.js';
import { MemorySessionStore } from '../../lib/memory/memory-session-store.js';

/** The embedded store, which notes what is asked of it. */
class NotingStore extends MemorySessionStore {
  /** Fields of each commit that was tried. */
  readonly commits: (readonly FieldChange[])[] = [];
  touches = 0;

  override commit(
    address: SessionAddress,
    changes: readonly FieldChange[],
    limits: StoreLimits,
    operation: Operation,
    attempt: number,
  ): Promise<CommitResult> {
    this.commits.push(changes);
    return super.commit(address, changes, limits, operation, attempt);
  }

  override touch(address: SessionAddress, deadline: number): Promise<void> {
    this.touches++;
    return super.touch(address, deadline);
  }
}

export interface TestSessionsOptions {
  readonly merge?: Readonly<Record<string, MergePolicy>>;
  readonly tokenInResult?: boolean;
  /** How many sessions a user may have; default 50, the oldest goes. */
  readonly limit?: SessionLimit;
  /** Milliseconds. */
  readonly rotateAfter?: number;
  /** Whether logins may be remembered: 60 minutes without a request, 240 in all; default true. */
  readonly remember?: boolean;
}

const SECRETS = ['Yq3vN8sK1xZ6mT4rB9wL2cH7jD5gF0pE'];
const FIELD_BYTES = 2000;
const MINUTE = 60_000;
const REMEMBERED = { idle: 60 * MINUTE, absolute: 240 * MINUTE };

/** Sessions without HTTP, over the embedded store: 2000 bytes a field, 3000 in all, 8 fields, 4 levels. */
export class TestSessions<T extends object> {
  /** The store's clock. */
  now = 1_700_000_000_000;
  readonly store = new NotingStore({ now: () => this.now });
  /** Stored logins that were not believed. */
  readonly forged: [handle: string, part: string][] = [];
  /** Replaced tokens that were used again, whether the session was ended for it, and whose it is. */
  readonly thefts: [handle: string, revoked: boolean, userId: string | undefined][] = [];
  /** What has happened. */
  readonly events: (EventDetails & { readonly type: SessionEventType })[] = [];
  readonly manager: SessionManager;
  readonly #scope: SessionScope;

  constructor({
    merge = {},
    tokenInResult = false,
    limit,
    rotateAfter,
    remember = true,
  }: TestSessionsOptions = {}) {
    const limits = { session: 3000, fields: 8 };
    const policyOf = (field: string): MergePolicy => merge[field] ?? 'deep';
    const schema = new PlainSchema({ field: FIELD_BYTES, depth: 4 }, 'drop');
    this.#scope = {
      store: this.store,
      signer: new TokenSigner(SECRETS, 'sess:'),
      schema,
      committer: new SessionCommitter(this.store, schema, policyOf, limits, new CommitTurns()),
      anonymous: { idle: 10 * MINUTE, absolute: 60 * MINUTE },
      auth: {
        ...testAuth((handle, part) => this.forged.push([handle, part]), limit),
        remember: remember ? REMEMBERED : undefined,
        reportTheft: (handle, revoked, userId) => this.thefts.push([handle, revoked, userId]),
      },
      rotateAfter,
      events: {
        wants: () => true,
        emit: (type, details) => this.events.push({ type, ...details }),
      },
      replicated: false,
      deadline: 5000,
      maxBytes: limits.session,
      maxFields: limits.fields,
      tokenInResult,
    };
    this.manager = new SessionManager(this.#scope);
  }

  /** A session as a request gets it: `fields` are those that its handler declares. */
  async open(
    token?: SessionToken,
    fields?: readonly (keyof T & string)[],
  ): Promise<Session<Partial<T>>> {
    return createSessionView<Partial<T>>(await this.manager.open(token, fields));
  }

  /** Stores a new session. */
  async stored(values: Partial<T>): Promise<SessionToken> {
    const session = await this.open();
    Object.assign(session, values);
    await session.save();
    return liveOf(session).token!;
  }

  /** Texts as they are stored, the library's own fields too. */
  async texts(token: SessionToken): Promise<Record<string, string>> {
    const read = await this.store.read(token, undefined, performance.now() + 1000);
    if (read.status !== 'live') throw new Error(`The session is ${read.status}`);
    return Object.fromEntries(read.record.fields);
  }

  /** Puts a text there as another language would. */
  async put(token: SessionToken, field: string, text: string): Promise<void> {
    const limits = { session: Infinity, fields: Infinity };
    const operation = { id: `foreign-${Math.random()}`, deadline: performance.now() + 1000 };
    const change = { field, text, base: undefined };
    const commit = MemorySessionStore.prototype.commit.bind(this.store); // past the notes
    await commit(token, [change], limits, operation, 1);
  }
}

/** What logins need: sealed with a secret of the tests. */
export function testAuth(
  reportForged: AuthScope['reportForged'] = () => undefined,
  limit: SessionLimit = { most: 50, atLimit: 'evict-oldest' },
): AuthScope {
  return {
    texts: new AuthTexts(new Seal(SECRETS, 'sess:')),
    known: new KnownLogins(),
    homeOf: (userId) => homeOfUser(userId, undefined),
    lifetimes: { idle: 10 * MINUTE, absolute: 60 * MINUTE },
    limit,
    remember: REMEMBERED,
    reportForged,
    reportTheft: () => undefined,
  };
}

/** What is behind the object that handlers get. */
export function liveOf(session: object): LiveSession {
  return liveSessionOf(session)!;
}
