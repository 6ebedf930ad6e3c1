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
