import type { ForgedPart } from './core/auth/auth-scope.js';

/** Of keys that hold no session; % is the handle. */
export const STRANGE_KEYS: Readonly<Record<'stray' | 'foreign', string>> = {
  stray:
    'The key of session % held a hash without a session, as a foreign HSET on an ended session leaves it. It is ignored and expires in 60 s.',
  foreign:
    'The key of session % holds no hash. It is ignored; another program uses the same keyPrefix.',
};

/** Of ends that the index could not keep. */
export const LOST_ENDS: Readonly<Record<'not-added' | 'not-dropped', string>> = {
  'not-added':
    "A session's end could not be noted for 30 s, so no event 'expired' will tell of it. Redis did not answer.",
  'not-dropped':
    "A session that was ended could not be taken from the index of ends for 30 s, so an event 'expired' may tell of it. Redis did not answer.",
};

/** Of stored logins that were not believed; % is the handle. */
export const FORGED: Readonly<Record<ForgedPart, string>> = {
  session:
    'The login of session % was not written by this app, or not for this session. It was not believed. Somebody else writes to these keys, or a secret that is still needed was removed.',
  entry:
    "The entry of session % in its user's record was not written by this app. It was not believed. Somebody else writes to these keys, or a secret that is still needed was removed.",
  generation:
    "Session % is older than its user's record says. It was not believed. It was put back from a copy, or a failover lost its last elevation.",
  roles:
    "The roles in the record of session %'s user were not written by this app. They were not believed. Somebody else writes to these keys, or a secret that is still needed was removed.",
  attributes:
    "The attributes in the record of session %'s user were not written by this app. They were not believed. Somebody else writes to these keys, or a secret that is still needed was removed.",
};

/** Of replaced tokens that were used again; % is the handle. */
export const REPLAYED: Readonly<Record<'revoked' | 'refused', string>> = {
  revoked:
    'A token of session % that had been replaced was used again: it, or the one in its place, is in other hands. The session was remembered, so it was ended.',
  refused:
    'A token of session % that had been replaced was used again: it, or the one in its place, is in other hands. It was refused; the session goes on.',
};

/** Of data that was to be on a replica. */
export const REPLICAS: Readonly<Record<'unreplicated' | 'replicated', string>> = {
  unreplicated:
    "Data was saved that no replica confirmed within 150 ms, although durability: 'replicated' or save({ durable: true }) asked for it. It stands; should its master die now, it may be lost. Check that each master has a replica with a link (CLUSTER NODES, INFO replication).",
  replicated: 'Replicas confirm again what is saved.',
};
