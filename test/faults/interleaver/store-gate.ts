import type { CommitTurns } from '../../../lib/core/commit-turns.js';
import type { SessionStore } from '../../../lib/core/session-store.js';
import { currentCall, inStoreCall, waitingForOthers } from './actor.js';

const OF_SESSIONS = [
  'read',
  'create',
  'commit',
  'touch',
  'rotate',
  'renew',
  'destroy',
  'retire',
  'remove',
  'timesOf',
  'learnNow',
  'describe',
] as const;
const OF_USERS = [
  'read',
  'admit',
  'replaceEntry',
  'strike',
  'write',
  'forget',
  'revokeEveryone',
] as const;

type Method = (...args: unknown[]) => Promise<unknown>;

/** Has actors wait for what they ask of the store, so that it is known when they go on. */
export function trackStore(store: SessionStore): void {
  wrapAll(store, (method) => inStoreCall(method));
}

/** The same, and each call of the store is a step: for a store that has no commands. */
export function gateStore(store: SessionStore): void {
  wrapAll(store, (method, label) =>
    inStoreCall(async () => {
      await stepOf(label);
      try {
        return await method();
      } finally {
        const call = currentCall();
        call?.actor.answered(call);
      }
    }),
  );
}

/** Notes who waits for another's turn. */
export function trackTurns(turns: CommitTurns): void {
  const take = turns.take.bind(turns);
  turns.take = (session, deadline) => waitingForOthers(() => take(session, deadline));
}

function wrapAll(
  store: SessionStore,
  wrap: (method: () => Promise<unknown>, label: string) => Promise<unknown>,
): void {
  const each = (target: object, names: readonly string[], of: string): void => {
    const methods = target as Record<string, Method>;
    for (const name of names) {
      const method = methods[name]!.bind(target);
      methods[name] = (...args) => wrap(() => method(...args), of + name);
    }
  };
  each(store, OF_SESSIONS, '');
  each(store.users, OF_USERS, 'user ');
}

function stepOf(label: string): Promise<void> {
  const call = currentCall();
  if (!call) return Promise.resolve();
  return new Promise((resolve) =>
    call.actor.hold({ call, lane: '', label, mishaps: [], release: () => resolve() }),
  );
}
