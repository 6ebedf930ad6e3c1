import { AUTH_FIELD } from '../own-fields.js';
import type { SessionEndReason } from '../errors.js';
import type { SessionScope } from '../session-scope.js';
import type { ReadResult, SessionAddress, SessionRecord } from '../session-store.js';
import type { AuthScope, ForgedPart } from './auth-scope.js';
import type { LoginTexts, OpenedLogin } from './known-logins.js';
import type { AuthBlock, Login, SessionEntry } from './login-state.js';
import type { Principal } from './principal.js';
import { isRemembered } from './remembered.js';
import { endInRecord, endRemembered, type UserTexts } from './user-texts.js';

/** A session that was read, and whose it is. */
export type Judged =
  | {
      readonly status: 'live';
      readonly record: SessionRecord;
      /** Undefined for an anonymous session. */
      readonly login: Login | undefined;
    }
  | { readonly status: 'missing' }
  | Extract<ReadResult, { readonly status: 'ended' }>;

/** A stored login that is not to be believed, and by which part. */
export interface Forged {
  readonly status: 'forged';
  readonly part: ForgedPart;
}

/**
 * Judges what was read: of a user's session it must be plain that the user's record lists it, and that this app wrote both.
 * @param now ms since 1970 by the store's clock
 * @param everyoneRevokedAt logins made until then are over
 */
export function judge(
  auth: AuthScope,
  address: SessionAddress,
  found: ReadResult,
  now: number,
  everyoneRevokedAt: number,
): Judged | Forged {
  if (address.kind === 'anonymous') {
    return found.status === 'live'
      ? { status: 'live', record: found.record, login: undefined }
      : found;
  }
  if (found.status === 'ended') return found;
  const { user } = found;
  if (found.status === 'missing') {
    const reason = endRemembered(user);
    return reason === undefined ? { status: 'missing' } : { status: 'ended', reason };
  }
  const reason = user ? endInRecord(user) : 'revoked';
  if (reason !== undefined) return { status: 'ended', reason };
  const login = open(auth, address, found.record, user!, now);
  if (typeof login === 'string') return { status: 'forged', part: login };
  if (login.entry.end <= now) return { status: 'missing' };
  if (login.entry.created <= everyoneRevokedAt) return { status: 'ended', reason: 'revoked' };
  return { status: 'live', record: found.record, login };
}

/**
 * Why a user's session is over that was written without being read, by what the record said behind the write; undefined where it is
 * not. The session's own part in it is left to the next read.
 */
export function endInEntry(
  { auth, store }: Pick<SessionScope, 'auth' | 'store'>,
  address: SessionAddress,
  user: UserTexts | undefined,
): SessionEndReason | undefined {
  if (address.kind === 'anonymous') return undefined;
  const entry = auth.texts.openEntry(address, user?.entry ?? '');
  if (!entry) {
    auth.reportForged(address.selector, 'entry');
    return 'forged';
  }
  if (entry.end <= store.now(address)) return 'expired';
  return entry.created <= store.users.everyoneRevokedAt ? 'revoked' : undefined;
}

/** The login that texts stand for, or which of them this app did not write. */
function open(
  auth: AuthScope,
  address: SessionAddress,
  record: SessionRecord,
  { entry: entryText = '', fields }: UserTexts,
  now: number,
): Login | ForgedPart {
  const { home, selector } = address;
  const texts: LoginTexts = {
    block: record.fields.get(AUTH_FIELD) ?? '',
    entry: entryText,
    roles: fields.get('r'),
    attributes: fields.get('x'),
  };
  let opened: OpenedLogin | ForgedPart | undefined = auth.known.find(home, selector, texts);
  if (!opened) {
    opened = openTexts(auth, address, texts);
    if (typeof opened === 'string') return opened;
    auth.known.keep(home, selector, texts, opened);
  }
  const { block, entry, roles, attributes } = opened;
  const remembered = isRemembered(block, record, auth.lifetimes, now);
  const principal = principalOf(block, entry, roles, attributes, remembered);
  return { principal, block, entry, entryText };
}

function openTexts(
  { texts, homeOf }: AuthScope,
  address: SessionAddress,
  found: LoginTexts,
): OpenedLogin | ForgedPart {
  const { home } = address;
  const block = texts.openBlock(address, found.block);
  if (!block || homeOf(block.u) !== home) return 'session';
  const entry = texts.openEntry(address, found.entry);
  if (!entry) return 'entry';
  if (entry.g !== block.g && entry.g !== block.p) return 'generation';
  const roles = texts.openField<readonly string[]>(home, 'r', found.roles, []);
  if (!roles) return 'roles';
  const attributes = texts.openField<object>(home, 'x', found.attributes, {});
  return attributes ? { block, entry, roles, attributes } : 'attributes';
}

/** The user as the app sees them. */
export function principalOf(
  block: AuthBlock,
  entry: Pick<SessionEntry, 'created'>,
  roles: readonly string[],
  attributes: object,
  remembered: boolean,
): Principal {
  return Object.freeze({
    id: block.u,
    roles: Object.freeze([...roles]),
    attributes: Object.freeze({ ...attributes }),
    claims: Object.freeze({ ...block.c }),
    amr: Object.freeze([...block.m]),
    aal: block.l,
    loginAt: new Date(entry.created),
    authenticatedAt: new Date(block.t),
    remembered,
  });
}
