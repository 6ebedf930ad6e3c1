import type { RecordField } from '../../core/auth/user-texts.js';
import type { SessionEndReason } from '../../core/errors.js';

/**
 * Something that took rights away, or changed them, in a form that can be done again without undoing what is newer. Selectors are never
 * used twice, so an end is an end; fields of a record and secrets say when they were made; what was replaced says what it may still be.
 */
export type Withdrawal =
  /** The user's record lists the session no more. Reason '': no word is left of it. */
  | {
      readonly kind: 'struck';
      readonly selector: string;
      readonly reason: SessionEndReason | '';
    }
  /** Roles, attributes, or whether the user is disabled. `at` ms since 1970 by the clock of the record's node. */
  | {
      readonly kind: 'written';
      readonly field: RecordField;
      readonly text: string | null;
      readonly at: number;
    }
  /** The entry of a session that goes on. */
  | {
      readonly kind: 'entry';
      readonly selector: string;
      readonly from: readonly string[];
      readonly to: string;
    }
  /** The session's own key. */
  | {
      readonly kind: 'ended';
      readonly selector: string;
      readonly reason: SessionEndReason;
    }
  /** The newest secret of a session that goes on: any older one is good no more, or has its grace only. */
  | {
      readonly kind: 'secret';
      readonly selector: string;
      readonly digest: string;
      /** When it was made: ms since 1970 by the clock of the session's node. */
      readonly at: number;
      /** Field `@p` of the session: the one before, as far as that has a grace. */
      readonly history: string;
      /** Field `@a`, where it came with an elevation, or was read with it. */
      readonly auth: string | undefined;
    };

/** Milliseconds for which it is remembered: a failover with a `cluster-node-timeout` of up to 30 s, and 30 s more. */
export const WITHDRAWN_FOR_MS = 60_000;

/** Texts before, of one session, that are kept at most. */
const MOST_BEFORE = 8;
/** About what one costs beside its texts: map entries and objects. */
const OVERHEAD_BYTES = 300;

/** What it is about: a newer one of the same name takes the place of the older. */
export function nameOf(withdrawal: Withdrawal): string {
  const what = withdrawal.kind === 'written' ? withdrawal.field : withdrawal.selector;
  return `${withdrawal.kind} ${what}`;
}

/** Whether a value that was stored is one. */
export function isWithdrawal(value: unknown): value is Withdrawal {
  const given = Object(value) as Partial<Record<string, unknown>>;
  const areTexts = (...names: string[]): boolean =>
    names.every((name) => typeof given[name] === 'string');
  switch (given['kind']) {
    case 'struck':
    case 'ended':
      return areTexts('selector', 'reason');
    case 'written':
      return areTexts('field') && typeof given['at'] === 'number' && given['text'] !== undefined;
    case 'entry':
      return areTexts('selector', 'to') && Array.isArray(given['from']);
    case 'secret':
      return areTexts('selector', 'digest', 'history') && typeof given['at'] === 'number';
    default:
      return false;
  }
}

/** The two as one. @param after the one that was learned later */
export function joined(before: Withdrawal | undefined, after: Withdrawal): Withdrawal {
  if (before === undefined) return after;
  if (before.kind === 'written' && after.kind === 'written') {
    return before.at > after.at ? before : after;
  }
  if (before.kind === 'secret' && after.kind === 'secret') {
    const [older, newer] = before.at > after.at ? [after, before] : [before, after];
    return { ...newer, auth: newer.auth ?? older.auth };
  }
  if (before.kind !== 'entry' || after.kind !== 'entry') return after;
  const older = new Set([...before.from, before.to, ...after.from]);
  older.delete(after.to);
  return { ...after, from: [...older].slice(-MOST_BEFORE) };
}

/** Whether both say the same, so that what is settled stays so. */
export function isSame(a: Withdrawal | undefined, b: Withdrawal): boolean {
  if (a?.kind !== b.kind) return false;
  switch (b.kind) {
    case 'written':
      return a.kind === 'written' && a.at === b.at && a.text === b.text;
    case 'secret':
      return a.kind === 'secret' && a.digest === b.digest && a.auth === b.auth;
    case 'entry':
      return a.kind === 'entry' && a.to === b.to && a.from.join() === b.from.join();
    default:
      return true;
  }
}

/** Bytes it takes, roughly. */
export function sizeOf(withdrawal: Withdrawal): number {
  switch (withdrawal.kind) {
    case 'written':
      return OVERHEAD_BYTES + (withdrawal.text?.length ?? 0);
    case 'entry':
      return OVERHEAD_BYTES + withdrawal.from.join().length + withdrawal.to.length;
    case 'secret':
      return OVERHEAD_BYTES + withdrawal.history.length + (withdrawal.auth?.length ?? 0);
    default:
      return OVERHEAD_BYTES;
  }
}
