import { setTimeout as delay } from 'node:timers/promises';
import { endBehind, type UserTexts } from './auth/user-texts.js';
import type { CommitTurns } from './commit-turns.js';
import { SessionConflictError, SessionEndedError, SessionTooLargeError } from './errors.js';
import {
  mergeField,
  needsCompare,
  rebaseField,
  type MergePolicy,
  type MergeResult,
} from './merge.js';
import type { Operation } from './operation.js';
import type { SessionSchema } from './schema/session-schema.js';
import type { FieldEdit } from './session-fields.js';
import type {
  CommitResult,
  FieldChange,
  SessionAddress,
  SessionStore,
  StoreLimits,
} from './session-store.js';

/** What the store holds after a commit: text by field (null: absent). */
export interface Committed {
  readonly texts: ReadonlyMap<string, string | null>;
  /** Milliseconds by the store's clock; undefined where nothing had to be written. */
  readonly touchedAt: number | undefined;
  /** Whether a replica holds it, where that was asked for. */
  readonly durable: boolean;
  /** Of a user's session: what the user's record said after the write. */
  readonly user?: UserTexts | undefined;
}

/** Makes the text to write from what is stored now; undefined: leave what is stored. */
export type Rebase = (
  field: string,
  stored: string | null,
) => Promise<string | null | undefined> | string | null | undefined;

/** Refuses merged texts before they are sent; undefined where there is nothing to wait for. */
type Check = (texts: Texts) => Promise<void> | undefined;

type Texts = ReadonlyMap<string, string | null>;

type Applied = Extract<CommitResult, { status: 'applied' }>;
type NotApplied = Exclude<CommitResult, Applied>;

/** Writes changed fields, merging with what other requests wrote to the same fields meanwhile. */
export class SessionCommitter {
  constructor(
    private readonly store: SessionStore,
    private readonly schema: SessionSchema,
    private readonly policyOf: (field: string) => MergePolicy,
    private readonly limits: StoreLimits,
    private readonly turns: CommitTurns,
  ) {}

  /** Writes a request's edits; each conflict is merged by its field's policy. */
  commit(
    address: SessionAddress,
    edits: readonly FieldEdit[],
    operation: Operation,
    check: Check,
  ): Promise<Committed> {
    const changes = edits.map((edit) => this.#firstChange(edit));
    const rebase: Rebase = (name, stored) =>
      this.merged(
        edits.find(({ field }) => field === name)!,
        stored,
      );
    return this.write(address, changes, operation, rebase, check);
  }

  /** The edit as it goes into the first attempt, or merged at once where the store is known to hold more. */
  #firstChange(edit: FieldEdit): FieldChange {
    const { field, seen, stored } = edit;
    if (edit.overwrites) return { field, text: edit.text, base: undefined };
    const text = seen === stored ? edit.text : this.merged(edit, stored);
    const compare = needsCompare(this.policyOf(field), this.#kindOf(edit));
    return { field, text, base: compare ? stored : undefined };
  }

  /** Three-way merge of an edit with what is stored now. */
  merged(edit: FieldEdit, stored: string | null): string | null {
    const { field } = edit;
    if (edit.overwrites) return edit.text;
    const policy = this.policyOf(field);
    const value = (text: string | null): unknown =>
      text === null ? undefined : this.schema.decode(field, text);
    let base = value(edit.base);
    let mine = value(edit.text);
    if (edit.seen !== edit.stored) {
      const known = value(edit.stored);
      mine = accepted(field, rebaseField(policy, base, mine, known));
      base = known;
    }
    if (stored !== edit.stored || edit.seen === edit.stored) {
      // What the handler began with is more than what is stored where it is a default.
      const theirs = value(stored === edit.seen ? edit.base : stored);
      mine = accepted(field, mergeField(policy, base, mine, theirs));
    }
    if (mine === undefined) return null;
    const text = this.schema.encode(field, mine);
    this.schema.assertStorable(field, mine, text);
    return text;
  }

  /** A value of the edit's kind: what objects and arrays hold does not matter for whether they need comparing. */
  #kindOf({ field, text }: FieldEdit): unknown {
    if (text === null) return undefined;
    return text.startsWith('{') || text.startsWith('[') ? {} : this.schema.decode(field, text);
  }

  /** Sends the changes until they fit what is stored or the deadline has passed; then nothing is stored. */
  write(
    address: SessionAddress,
    changes: readonly FieldChange[],
    operation: Operation,
    rebase: Rebase,
    check?: Check,
  ): Promise<Committed> {
    const sent = this.store.commit(address, changes, this.limits, operation, 1);
    return sent.then((result) =>
      result.status === 'applied'
        ? committed(result, [changes])
        : this.#rewrite(address, changes, operation, rebase, check, result),
    );
  }

  /** @param refused why the first sending was not applied */
  async #rewrite(
    address: SessionAddress,
    first: readonly FieldChange[],
    operation: Operation,
    rebase: Rebase,
    check: Check | undefined,
    refused: NotApplied,
  ): Promise<Committed> {
    const sent = [first];
    let current = this.#conflictOf(refused);
    const release = await this.turns.take(address.home + address.selector, operation.deadline);
    try {
      for (;;) {
        const changes = await rebaseAll(sent.at(-1)!, current, rebase);
        const merged = textsOf(changes);
        if (changes.every(({ text, base }) => text === base)) {
          return { texts: merged, touchedAt: undefined, durable: false };
        }
        await check?.(merged);
        await this.#pause(sent.length, [...current.keys()], operation);
        const attempt = sent.push(changes);
        const result = await this.store.commit(address, changes, this.limits, operation, attempt);
        if (result.status === 'applied') return committed(result, sent);
        current = this.#conflictOf(result);
      }
    } finally {
      release();
    }
  }

  #conflictOf(result: NotApplied): ReadonlyMap<string, string | null> {
    switch (result.status) {
      case 'conflict':
        return result.current;
      case 'ended':
        throw new SessionEndedError(endBehind(result) ?? result.reason);
      case 'too-large':
        throw new SessionTooLargeError(
          result.limit,
          result.limit === 'session' ? this.limits.session : this.limits.fields,
          'The session',
        );
    }
  }

  /** Jitter keeps writers in several processes from meeting again and again. */
  async #pause(attempt: number, fields: readonly string[], operation: Operation): Promise<void> {
    const left = this.store.timeLeft(operation.deadline);
    if (left <= 0) {
      throw new SessionConflictError(fields, 'others kept writing until the deadline');
    }
    if (attempt > 1) await delay(Math.min(left, Math.random() * Math.min(attempt, 10)));
  }
}

/** @param sent what was sent in each attempt: an earlier one may be the one that was applied */
function committed(result: Applied, sent: readonly (readonly FieldChange[])[]): Committed {
  const ended = endBehind(result);
  if (ended) throw new SessionEndedError(ended);
  const { attempt, touchedAt, durable = false, user } = result;
  return { texts: textsOf(sent[attempt - 1] ?? sent.at(-1)!), touchedAt, durable, user };
}

function textsOf(changes: readonly FieldChange[]): Texts {
  return new Map(changes.map(({ field, text }) => [field, text]));
}

function accepted(field: string, result: MergeResult): unknown {
  if ('merged' in result) return result.merged;
  throw new SessionConflictError([field], "its merge policy is 'reject'");
}

async function rebaseAll(
  changes: readonly FieldChange[],
  current: ReadonlyMap<string, string | null>,
  rebase: Rebase,
): Promise<FieldChange[]> {
  return Promise.all(
    changes.map(async (change) => {
      const stored = current.get(change.field);
      if (stored === undefined) return change;
      const text = await rebase(change.field, stored);
      return { field: change.field, base: stored, text: text === undefined ? stored : text };
    }),
  );
}
