import { Injectable } from '@nestjs/common';
import { requireFacts, requireRoles, requireUserId } from '../core/auth/login-input.js';
import { UserSessions, type SessionInfo } from '../core/auth/user-sessions.js';
import type { RecordField } from '../core/auth/user-texts.js';
import { tell, type EventDetails } from '../core/session-event.js';
import { SessionManager } from '../core/session-manager.js';
import { newOperation, type SessionScope } from '../core/session-scope.js';

/** One page of a user's sessions, the newest first. */
export interface SessionPage {
  /** The user's living sessions. */
  readonly sessions: readonly SessionInfo[];
  /** Give it as `after` to get the next page; undefined where this is the last. */
  readonly next: string | undefined;
}

/** Which part of a user's sessions to list. */
export interface SessionPageOptions {
  /** `next` of the page before. Default the first page. */
  readonly after?: string;
  /** Sessions on a page, 1 to 1000; default 100. */
  readonly limit?: number;
}

/** What a change of a user's record did. */
export interface RegistryResult {
  /** Whether there was something to change. */
  readonly applied: boolean;
  /** Whether a replica has it, so that a failover can't undo it. */
  readonly durable: boolean;
}

/** What ending several sessions did. */
export interface RevokeResult extends RegistryResult {
  /** Handles of the sessions that were ended. */
  readonly handles: readonly string[];
}

/**
 * Who is logged in where. Each change is one atomic step on the user's record, and counts on the next request on any
 * server. All methods throw SessionStoreUnavailableError where the store does not answer in time, and SessionInvalidError
 * where a user id is no text of 1 to 256 characters.
 */
@Injectable()
export class SessionRegistry {
  constructor(private readonly manager: SessionManager) {}

  /** The user's living sessions, the newest first. What has ended is dropped from the record on the way. */
  async list(userId: string, options: SessionPageOptions = {}): Promise<SessionPage> {
    const sessions = await this.#sessions(userId, 'list').list();
    const { after, limit = 100 } = options;
    const from = after === undefined ? 0 : sessions.findIndex(({ handle }) => handle === after) + 1;
    const page = sessions.slice(from, from + Math.min(1000, Math.max(1, limit)));
    const more = from + page.length < sessions.length;
    return { sessions: page, next: more ? page.at(-1)?.handle : undefined };
  }

  /** How many sessions of the user live. */
  async count(userId: string): Promise<number> {
    return (await this.#sessions(userId, 'count').list()).length;
  }

  /** One living session of the user by its handle; undefined where there is none. */
  find(userId: string, handle: string): Promise<SessionInfo | undefined> {
    return this.#sessions(userId, 'find').find(handle);
  }

  /** Ends one session of the user. */
  async revoke(userId: string, handle: string): Promise<RegistryResult> {
    const { applied, durable } = await this.#revoke(userId, 'revoke', { selectors: [handle] });
    return { applied, durable };
  }

  /** Ends all sessions of the user, or all but one: in one step, however many there are. */
  revokeAll(userId: string, options: { readonly except?: string } = {}): Promise<RevokeResult> {
    return this.#revoke(userId, 'revokeAll', { except: options.except });
  }

  /**
   * Ends every login of every user that was made until now. Other processes know of it within a second or, where they can't
   * reach Redis, as soon as they can.
   */
  async revokeEveryone(): Promise<RegistryResult> {
    const done = await this.#scope.store.users.revokeEveryone(newOperation(this.#scope));
    const { applied, durable } = done;
    const about = { reason: 'everyone', durable };
    if (applied) tell(this.#scope, 'revoked', undefined, () => about);
    return done;
  }

  /** Gives the user these roles, on all devices. `applied` is false where the user has no session: the next login brings roles. */
  setRoles(userId: string, roles: readonly string[]): Promise<RegistryResult> {
    const call = 'SessionRegistry.setRoles()';
    return this.#write(userId, call, 'roles', requireRoles(roles, call));
  }

  /**
   * Gives the user these attributes, in place of those before, for as long as the user has sessions.
   * @param attributes a plain object, at most 4096 characters of JSON
   */
  setAttributes(
    userId: string,
    attributes: Readonly<Record<string, unknown>>,
  ): Promise<RegistryResult> {
    const call = 'SessionRegistry.setAttributes()';
    return this.#write(userId, call, 'attributes', requireFacts(attributes, call, 'attributes'));
  }

  /** Ends all sessions of the user and refuses logins until `enable()`, also where the user has no session now. */
  async disable(userId: string): Promise<RevokeResult> {
    const home = this.#home(userId, 'disable');
    const disabled = this.#scope.auth.texts.sealField(home, 'd', true);
    const done = await this.#revoke(userId, 'disable', { disabled }, 'disabled');
    if (done.applied) this.#tellOfChange(userId, home, 'disabled', done.durable);
    return done;
  }

  /** Allows logins again after `disable()`. */
  async enable(userId: string): Promise<RegistryResult> {
    const fields = new Map([['d', null]] as const);
    const home = this.#home(userId, 'enable');
    const done = await this.#scope.store.users.write(home, fields, newOperation(this.#scope));
    if (done.applied) this.#tellOfChange(userId, home, 'enabled', done.durable);
    return done;
  }

  /** Erases what is stored of the user: all sessions with their data, roles, attributes, and that the user was disabled. */
  async forget(userId: string): Promise<RevokeResult> {
    const home = this.#home(userId, 'forget');
    const { store } = this.#scope;
    const { applied, durable, removed, ended } = await store.users.forget(
      home,
      newOperation(this.#scope),
    );
    this.#tellOfEnds(userId, home, removed, { reason: 'forgotten', durable });
    await store.remove(home, [...removed, ...ended], newOperation(this.#scope).deadline);
    return { applied, durable, handles: removed };
  }

  async #revoke(
    userId: string,
    call: string,
    which: { selectors?: readonly string[]; except?: string | undefined; disabled?: string },
    reason?: string,
  ): Promise<RevokeResult> {
    const home = this.#home(userId, call);
    const { store } = this.#scope;
    const removal = { ...which, reason: 'revoked' as const };
    const done = await store.users.strike(home, removal, newOperation(this.#scope));
    this.#tellOfEnds(userId, home, done.removed, { reason, durable: done.durable });
    // Dead already, as no record lists them; this only frees their memory.
    const { deadline } = newOperation(this.#scope);
    store.remove(home, done.removed, deadline).catch(() => undefined);
    return { applied: done.applied, durable: done.durable, handles: done.removed };
  }

  async #write(
    userId: string,
    call: string,
    what: 'roles' | 'attributes',
    value: unknown,
  ): Promise<RegistryResult> {
    const home = this.#scope.auth.homeOf(requireUserId(userId, call));
    const field: RecordField = what === 'roles' ? 'r' : 'x';
    const text = this.#scope.auth.texts.sealField(home, field, value);
    const fields = new Map([[field, text]]);
    const done = await this.#scope.store.users.write(home, fields, newOperation(this.#scope));
    if (done.applied) this.#tellOfChange(userId, home, what, done.durable);
    return done;
  }

  #tellOfChange(userId: string, home: string, reason: string, durable: boolean): void {
    tell(this.#scope, 'changed', { home }, () => ({ userId, reason, durable }));
  }

  #tellOfEnds(
    userId: string,
    home: string,
    handles: readonly string[],
    details: EventDetails,
  ): void {
    for (const handle of handles) {
      tell(this.#scope, 'revoked', { home }, () => ({ ...details, handle, userId }));
    }
  }

  #sessions(userId: string, call: string): UserSessions {
    return new UserSessions(this.#scope, this.#home(userId, call));
  }

  #home(userId: string, call: string): string {
    const id = requireUserId(userId, `SessionRegistry.${call}()`);
    return this.#scope.auth.homeOf(id);
  }

  get #scope(): SessionScope {
    return this.manager.scope;
  }
}
