import { newOperationId } from './operation-id.js';
import type { AuthScope } from './auth/auth-scope.js';
import type { Operation } from './operation.js';
import type { SessionCommitter } from './session-committer.js';
import type { EventSink } from './session-event.js';
import type { SessionSchema } from './schema/session-schema.js';
import type { Lifetimes, SessionStore } from './session-store.js';
import type { TokenSigner } from './session-token.js';

/** What the sessions of one module have in common. */
export interface SessionScope {
  readonly store: SessionStore;
  readonly signer: TokenSigner;
  readonly schema: SessionSchema;
  readonly committer: SessionCommitter;
  /** Lifetimes of sessions without a user. */
  readonly anonymous: Lifetimes;
  readonly auth: AuthScope;
  /** Milliseconds after which a session is given a new secret; undefined: never. */
  readonly rotateAfter: number | undefined;
  /** Hears what happens to sessions; speak to it by `tell()`. */
  readonly events: EventSink;
  /** Whether saving data waits for a replica, where the call does not say. */
  readonly replicated: boolean;
  /** Milliseconds every store operation may take, retries included. */
  readonly deadline: number;
  /** Bytes that names and texts of a session may have together. */
  readonly maxBytes: number;
  /** Number of fields a session may have. */
  readonly maxFields: number;
  /** Whether results of `save` and `rotate` carry a new token: not where a cookie does. */
  readonly tokenInResult: boolean;
}

/** A new operation with the scope's deadline, counted from now. */
export function newOperation(scope: SessionScope): Operation {
  return { id: newOperationId(), deadline: performance.now() + scope.deadline };
}

/** The same for a write of data. @param durable whether to wait until a replica holds it; default by the option `durability` */
export function newWrite(scope: SessionScope, durable: boolean = scope.replicated): Operation {
  return { id: newOperationId(), deadline: performance.now() + scope.deadline, durable };
}
