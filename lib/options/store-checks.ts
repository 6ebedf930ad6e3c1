import { problem, sentence, type OptionCheck } from './option-check.js';
import { isGroup } from './simple-checks.js';
import { isIoredisClient } from './redis-client-check.js';

interface Places {
  readonly redis?: unknown;
}

const REDIS = "redis: { nodes: [{ host: '10.0.0.1', port: 6379 }] }";

/** `redis`: an object with nodes or a client, not the client itself. */
export const isRedisGroup: OptionCheck = (value, site) => {
  if (!isIoredisClient(value)) return isGroup(value, site);
  const expected = 'a client belongs in redis.client';
  return [problem(site.path, value, expected, 'Write redis: { client }.')];
};

/** `store`: 'memory' or nothing, and in production nothing is kept in memory unless it says so. */
export const isStoreChosen: OptionCheck<Places> = (value, { path, owner, production }) => {
  if (value === undefined) {
    if (owner.redis !== undefined || !production) return [];
    const expected =
      'NODE_ENV is production: the embedded store serves one process only, and forgets all sessions when it ends';
    const mend = `Add ${REDIS}, or store: 'memory' to have it all the same.`;
    return [sentence('redis', 'nothing', expected, mend)];
  }
  if (value !== 'memory') {
    const mend = `Drop ${path}, and say where Redis is: ${REDIS}.`;
    return [problem(path, value, "it can only be 'memory', the embedded store", mend)];
  }
  if (owner.redis === undefined) return [];
  const expected = 'redis was given too, and sessions are in one place';
  return [problem(path, value, expected, 'Drop store, or drop redis.')];
};
