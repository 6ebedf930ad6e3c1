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
  async commit(
    address: SessionAddress,
    edits: readonly FieldEdit[],
    operation: Operation,
    check: (texts: ReadonlyMap<string, string | null>) => Promise<void>,
  ): Promise<Committed> {
    const byField = new Map(edits.map((edit) => [edit.field, edit]));
    const changes = edits.map((edit) => this.#firstChange(edit));
    const rebase: Rebase = (field, stored) => this.merged(byField.get(field)!, stored);
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

  /**
   * Sends the changes until they fit what is stored or the deadline has passed; then nothing is stored.
   * @param check refuses the merged texts before they are sent
   */
  async write(
    address: SessionAddress,
    changes: readonly FieldChange[],
    operation: Operation,
    rebase: Rebase,
    check?: (texts: ReadonlyMap<string, string | null>) => Promise<void>,
  ): Promise<Committed> {
    const sent: Map<string, string | null>[] = [];
    let release: (() => void) | undefined;
    try {
      for (let attempt = 1; ; attempt++) {
        sent.push(new Map(changes.map(({ field, text }) => [field, text])));
        const result = await this.store.commit(address, changes, this.limits, operation, attempt);
        if (result.status === 'applied') {
          const ended = endBehind(result);
          if (ended) throw new SessionEndedError(ended);
          const { attempt: applied, touchedAt, durable = false, user } = result;
          return { texts: sent[applied - 1] ?? sent.at(-1)!, touchedAt, durable, user };
        }
        const current = this.#conflictOf(result);
        release ??= await this.turns.take(address.home + address.selector, operation.deadline);
        changes = await rebaseAll(changes, current, rebase);
        const merged = new Map(changes.map(({ field, text }) => [field, text]));
        if (changes.every(({ text, base }) => text === base)) {
          return { texts: merged, touchedAt: undefined, durable: false };
        }
        await check?.(merged);
        await this.#pause(attempt, [...current.keys()], operation);
      }
    } finally {
      release?.();
    }
  }

  #conflictOf(
    result: Exclude<CommitResult, { status: 'applied' }>,
  ): ReadonlyMap<string, string | null> {
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
