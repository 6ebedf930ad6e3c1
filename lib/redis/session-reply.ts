import type { UserTexts } from '../core/auth/user-texts.js';
import type { SessionEndReason } from '../core/errors.js';
import type { SecretHistory } from '../core/secret-history.js';
import type {
  CommitResult,
  Returns,
  SessionDescription,
  SessionTimes,
} from '../core/session-store.js';
import type { ScriptReply } from './fenced-sending.js';
import type { VersionChange } from './local-copy/local-copy.js';

/** Times as a session hash keeps them: "created absoluteEnd idle", and the last touch. */
export function parseTimes(times: string, touched: string | null): SessionTimes | undefined {
  const first = times.indexOf(' ');
  const second = times.lastIndexOf(' ');
  const createdAt = Number(times.slice(0, first));
  const absoluteEnd = Number(times.slice(first + 1, second));
  const idle = Number(times.slice(second + 1));
  if (!(first > 0 && createdAt > 0 && absoluteEnd > 0 && idle > 0)) return undefined;
  return { createdAt, absoluteEnd, idle, touchedAt: Number(touched) || createdAt };
}

/** The secrets as a session hash keeps them, `@s` and `@p`. @param createdAt when the first secret was made */
export function parseSecrets(
  newest: string,
  text: string | undefined,
  createdAt: number,
): SecretHistory {
  const [, before, made, used] = (text && /^(\S+) (\d+) (\d+)$/.exec(text)) || [];
  if (before === undefined) return { newest, previous: undefined, madeAt: createdAt, usedAt: 0 };
  const previous = before === '-' ? undefined : before;
  return { newest, previous, madeAt: Number(made), usedAt: Number(used) };
}

/** Returns as a session hash keeps them, `@k`. */
export function parseReturns(text: string | undefined): Returns | undefined {
  const [, away, returnedAt] = (text && /^(\d+) (\d+)$/.exec(text)) || [];
  return away === undefined ? undefined : { away: Number(away), returnedAt: Number(returnedAt) };
}

/** The commit script's reply. @param user what the user's record said after it */
export function parseCommit(reply: ScriptReply, user: UserTexts | undefined): CommitResult {
  switch (reply[0]) {
    case 'applied':
      return { status: 'applied', attempt: Number(reply[2]), touchedAt: Number(reply[3]), user };
    case 'conflict': {
      const names = reply[2] as string[];
      const texts = reply[3] as (string | null)[];
      return {
        status: 'conflict',
        current: new Map(names.map((name, at) => [name, texts[at] ?? null])),
      };
    }
    case 'too-large':
      return { status: 'too-large', limit: reply[2] as 'session' | 'fields' };
    default:
      return { status: 'ended', reason: reply[2] as SessionEndReason, user };
  }
}

/** What the commit script says of versions, where it was asked: an attempt that is only found to have been applied says nothing. */
export function versionsIn([, , , , replaced, made]: ScriptReply): VersionChange {
  return { replaced: textIn(replaced), made: textIn(made) };
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The describe script's reply. */
export function parseDescription(reply: unknown): SessionDescription | undefined {
  if (reply === null) return undefined;
  const [times, touched, names, sizes] = reply as [
    string | null,
    string | null,
    string[],
    number[],
  ];
  const parsed = parseTimes(times ?? '', touched);
  if (!parsed) return undefined;
  const fieldSizes = new Map<string, number>();
  names.forEach((name, at) => {
    if (!name.startsWith('@')) fieldSizes.set(name, sizes[at] ?? 0);
  });
  return { times: parsed, fieldSizes };
}
