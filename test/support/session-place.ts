import { sessionKey } from '../../lib/core/session-keys.js';
import { TokenSigner } from '../../lib/core/session-token.js';
import { keySlot } from '../../lib/redis/key-slot.js';
import { TEST_SECRET } from '../apps/app-config.js';
import type { Visitor } from './visitor.js';

const KEY_PREFIX = 'sess:';
const signer = new TokenSigner([TEST_SECRET], KEY_PREFIX);

/** Where in the cluster a visitor's session lies. */
export function placeOf({ token }: Visitor): { key: string; slot: number } {
  const verified = signer.verify(token ?? '');
  if (!verified) throw new Error('The visitor has no session.');
  const key = sessionKey(KEY_PREFIX, verified);
  return { key, slot: keySlot(key) };
}
