import { setTimeout as delay } from 'node:timers/promises';
import { newOperation, type SessionScope } from '../session-scope.js';
import type { IssuedToken } from '../session-token.js';

/** What made the login fail may last: a node that is away is asked for a minute. */
const TRIES = 60;
const PAUSE_MS = 1000;

/**
 * A login that failed leaves no entry and no key. Not waited for, and given up where the store stays away: both are dead weight until
 * their end then, as nobody holds the token.
 */
export function withdraw(scope: SessionScope, { home, selector }: IssuedToken): void {
  const { store } = scope;
  void persist(() => store.users.strike(home, { selectors: [selector] }, newOperation(scope)));
  void persist(() => store.remove(home, [selector], newOperation(scope).deadline));
}

/** Keeps no process alive. */
async function persist(work: () => Promise<unknown>): Promise<void> {
  for (let left = TRIES; left > 0; left--) {
    try {
      await work();
      return;
    } catch {
      await delay(PAUSE_MS, undefined, { ref: false });
    }
  }
}
