import { randomFillSync } from 'node:crypto';

const ID_BYTES = 8;
const POOL = Buffer.alloc(512 * ID_BYTES);
let used = POOL.length;

/** An id for one write, 11 base64url characters: random, drawn for many at once as each draw alone costs more than the rest of an id. */
export function newOperationId(): string {
  if (used === POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  used += ID_BYTES;
  return POOL.toString('base64url', used - ID_BYTES, used);
}
