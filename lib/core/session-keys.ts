import type { SessionAddress } from './session-store.js';

/**
 * Key of a session's hash. The braces make `home` the hash tag, so that all keys of one home share a
 * slot (Redis Cluster specification, "Hash tags").
 */
export function sessionKey(
  keyPrefix: string,
  address: Pick<SessionAddress, 'home' | 'selector'>,
): string {
  return `${keyPrefix}{${address.home}}:${address.selector}`;
}

/** Key of the record of the user whose sessions lie in this home: same hash tag, so same slot as the sessions. */
export function userRecordKey(keyPrefix: string, home: string): string {
  return `${keyPrefix}{${home}}:user`;
}

/** Name of a channel for events: a slot of its own, so that the channels spread over the masters. */
export function eventChannel(keyPrefix: string, stream: number): string {
  return `${keyPrefix}{c${stream}}:events`;
}

/** Key of a bucket of hints: what was taken away on another master lately, and is on no replica. */
export function hintsKey(keyPrefix: string, bucket: number): string {
  return `${keyPrefix}{h${bucket}}:hints`;
}

/** Key of a bucket of the index of ends: sessions sorted by when they end. */
export function expiryKey(keyPrefix: string, bucket: number): string {
  return `${keyPrefix}{e${bucket}}:expiry`;
}

/** Key of the notes of whose a bucket's sessions are. */
export function ownersKey(keyPrefix: string, bucket: number): string {
  return `${keyPrefix}{e${bucket}}:owners`;
}
