import { newOperation, type SessionScope } from '../session-scope.js';
import type { SessionTimes } from '../session-store.js';
import type { SessionEntry } from './login-state.js';
import { endOf } from './user-texts.js';

/** One session in a user's list of devices. */
export interface SessionInfo {
  /** Public name of the session: for `find` and `revoke`. Not a secret, and no way into the session. */
  readonly handle: string;
  /** When it was logged in, by Redis' clock. */
  readonly createdAt: Date;
  /** When it was last used, to a tenth of the idle time. */
  readonly lastSeenAt: Date;
  /** When it ends if nobody uses it. */
  readonly expiresAt: Date;
  /** Label of the device, as `login()` was told or guessed by its User-Agent. */
  readonly device: string | undefined;
  /** Class of the address it was logged in from: a /24 of IPv4 or a /48 of IPv6. */
  readonly ipClass: string | undefined;
}

/** The sessions that a user's record lists, each verified: sealed by this app, and alive. */
export class UserSessions {
  constructor(
    private readonly scope: SessionScope,
    private readonly home: string,
  ) {}

  /** The living ones, the newest first. What has ended is struck off. */
  async list(): Promise<SessionInfo[]> {
    const { store } = this.scope;
    const operation = newOperation(this.scope);
    const record = await store.users.read(this.home, operation.deadline);
    const entries = [...record.entries].filter(([, text]) => endOf(text) === undefined);
    const living = await store.timesOf(
      this.home,
      entries.map(([handle]) => handle),
      operation.deadline,
    );
    const dead = entries.map(([handle]) => handle).filter((handle) => !living.has(handle));
    if (dead.length > 0) {
      // Not waited for: a list that is not repaired now is repaired by the next one.
      store.users
        .strike(this.home, { selectors: dead }, newOperation(this.scope))
        .catch(() => undefined);
    }
    return entries
      .flatMap(([handle, text]) => this.#info(handle, text, living.get(handle)))
      .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  }

  /** The living one of this handle. */
  async find(handle: string): Promise<SessionInfo | undefined> {
    return (await this.list()).find((session) => session.handle === handle);
  }

  #info(handle: string, text: string, times: SessionTimes | undefined): SessionInfo[] {
    if (!times) return [];
    const { auth, store } = this.scope;
    const place = { home: this.home, selector: handle };
    const entry: SessionEntry | undefined = auth.texts.openEntry(place, text);
    if (!entry) {
      auth.reportForged(handle, 'entry');
      return [];
    }
    if (entry.created <= store.users.everyoneRevokedAt) return [];
    return [
      {
        handle,
        createdAt: new Date(entry.created),
        lastSeenAt: new Date(times.touchedAt),
        expiresAt: new Date(Math.min(times.touchedAt + times.idle, entry.end)),
        device: entry.d,
        ipClass: entry.i,
      },
    ];
  }
}
